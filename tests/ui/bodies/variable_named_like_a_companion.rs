use tiedw::prelude::*;

#[differentiable]
fn square(x: f32) -> f32 {
    x * x
}

#[differentiable]
fn loss(x: f32) -> f32 {
    let square_vjp = 3.0; //~
    square(x) + square_vjp
}

fn main() {}
