use tiedw::prelude::*;

#[differentiable]
fn of_windows(list: &[f32]) -> f32 {
    list.windows(2).map(|(a, b)| a * b).sum() //~
}

#[differentiable]
fn of_chunks(list: &[f32]) -> f32 {
    let mut sum = 0.0;
    for (i, (a, b)) in list.chunks(2).enumerate() { //~
        sum += a * b * i as f32;
    }
    sum
}

#[differentiable]
fn of_two_arguments(list: &[f32]) -> f32 {
    list.iter().enumerate().map(|i, x| x * i as f32).sum() //~
}

#[differentiable]
fn of_comparison(list: &[f32]) -> f32 {
    *list.iter().min_by(|a, b| a < b).unwrap() //~
}

#[differentiable]
fn of_sort(mut list: Vec<(f32, usize)>) -> f32 {
    list.sort_by(|a, b| b.0 > a.0); //~
    list[0].0
}

fn main() {}
