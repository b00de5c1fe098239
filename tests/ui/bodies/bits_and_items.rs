//! Numbers of bits, and items that tuples do not have.

use tiedw::prelude::*;

#[differentiable]
fn of_bits(x: f64) -> f64 {
    f64::from_bits(x.to_bits()) //~
}

#[differentiable]
fn of_bytes(x: f32) -> f32 {
    f32::from_le_bytes(x.to_le_bytes()) //~
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn third(&self, x: &Tensor<4>) -> f32 {
        let both = (self.fc.forward(x).sum(), 1.0);
        both.2 //~
    }
}

fn main() {}
