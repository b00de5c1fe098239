use tiedw::prelude::*;

#[differentiable]
fn in_loop(x: &Tensor<4>) -> f32 {
    let sum = 0.0;
    for _ in 0..3 {
        sum += x.sum(); //~
    }
    sum
}

#[differentiable]
fn of_argument(x: &Tensor<4>, sum: f32) -> f32 {
    let before = sum;
    sum = x.sum(); //~
    before + sum
}

#[differentiable]
fn of_pattern(x: &Tensor<4>) -> f32 {
    let (sum, factor) = (0.0, 2.0);
    let before = sum;
    sum = x.sum(); //~
    before + sum * factor
}

fn main() {}
