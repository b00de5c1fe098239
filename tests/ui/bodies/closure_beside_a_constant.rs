use tiedw::prelude::*;

#[differentiable]
fn scaled(x: f32, #[constant] by: f32, f: impl Fn(f32) -> f32) -> f32 {
    f(x) * by
}

#[differentiable]
fn of_constant(x: f32) -> f32 {
    scaled(x, x, |y| y * x) //~
}

fn main() {}
