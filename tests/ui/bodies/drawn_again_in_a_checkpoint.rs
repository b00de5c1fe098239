#![allow(unused_imports)]
use rand::RngExt;
use tiedw::prelude::*;

#[differentiable]
fn noisy(x: f64) -> f64 {
    let mut rng = rand::rng(); //~
    let mut h = x;
    #[checkpoint]
    for _ in 0..3 {
        h = h * rng.random_range(0.5..1.0);
    }
    h
}

fn main() {}
