//! Closures that are passed to functions whose bodies cannot become part of this one.

use tiedw::prelude::*;

#[differentiable]
fn half(x: f32) -> f32 {
    0.5 * x
}

#[differentiable]
fn halved(x: f32, f: impl Fn(f32) -> f32) -> f32 {
    f(half(x))
}

#[differentiable]
fn scaled(x: f32, #[constant] by: f32, f: impl Fn(f32) -> f32) -> f32 {
    f(x) * by
}

#[differentiable]
fn of_variable(x: f32) -> f32 {
    let half = 2.0;
    halved(x, |y| y * x) * half //~
}

#[differentiable]
fn of_item(x: f32) -> f32 {
    #[differentiable]
    fn half(x: f32) -> f32 {
        x
    }
    halved(x, |y| y * x) //~
}

#[differentiable]
fn of_constant(x: f32) -> f32 {
    scaled(x, x, |y| y * x) //~
}

fn main() {}
