use tiedw::prelude::*;

#[differentiable]
fn twice<F: Fn(&Tensor<4>) -> Tensor<4>>(f: F, x: &Tensor<4>) -> Tensor<4> {
    f(&f(x)).tanhh() //~
}

#[differentiable]
fn once(f: impl Fn(&Tensor<4>) -> Tensor<4>, x: &Tensor<4>) -> Tensor<4> {
    f(x).tanhh() //~
}

#[differentiable]
fn add(list: &mut Vec<Tensor<4>>, x: &Tensor<4>) {
    list.push(x.tanhh()); //~
}

fn main() {}
