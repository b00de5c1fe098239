//! A trait that layers alone have.

use tiedw::prelude::*;

#[differentiable]
trait Encoder: Layer {
    fn encode(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[derive(Module)]
struct Plain {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Encoder for Plain { //~
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Generic<const D: usize> {
    wide: Linear<D, D>,
    fc: Linear<4, 4>,
}

#[differentiable]
impl<const D: usize> Encoder for Generic<D> { //~
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[derive(Module)]
#[module(sequential)]
struct Sequence {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Encoder for Sequence {
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

fn main() {}
