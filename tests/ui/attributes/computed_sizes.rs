//! Sizes that are computed from parameters of the struct.

use tiedw::prelude::*;

#[derive(Module)]
struct Net<const D: usize> {
    wide: Linear<D, { D * 2 }>, //~
}

#[differentiable]
impl<const D: usize> Net<D> {
    fn loss(&self, x: &Tensor<D>) -> f32 {
        self.wide.forward(x).sum()
    }
}

#[derive(Module)]
struct List<const N: usize> {
    layers: [Linear<4, 4>; N + 1], //~
}

fn main() {}
