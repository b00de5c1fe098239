use tiedw::prelude::*;

#[differentiable]
fn parted(list: &[f32]) -> f32 {
    list.splitn(2, |x| *x > 0.0).map(|part| part[0]).sum() //~
}

#[differentiable]
fn found(list: &[f32]) -> f32 {
    let place = list.binary_search_by(|x| x.total_cmp(&1.0)).unwrap(); //~
    list[place]
}

#[differentiable]
fn ordered(list: &[f32]) -> f32 {
    if list.is_sorted_by(|a, b| a < b) { list[0] } else { list[1] } //~
}

#[differentiable]
fn taken(mut list: Vec<f32>) -> f32 {
    list.pop_if(|x| *x > 0.0); //~
    list[0]
}

#[differentiable]
fn order_alone(list: &[f32]) -> f32 {
    if stop_gradient(list).is_sorted_by(|a, b| a < b) { list[0] } else { list[1] }
}

fn main() {}
