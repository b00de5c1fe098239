//! The trait of generators in place of a generator.

use rand::Rng;
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn noisy(&self, x: &Tensor<4>, rng: &mut Rng) -> Tensor<4> { //~
        self.fc.forward(x) + Tensor::randn([x.rows()], rng)
    }
}

#[differentiable]
fn noise(x: &Tensor<4>, rng: &mut Rng) -> Tensor<4> { //~
    x + &Tensor::randn([x.rows()], rng)
}

fn main() {}
