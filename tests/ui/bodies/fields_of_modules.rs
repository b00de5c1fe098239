//! Patterns of modules with other fields than these have.

use tiedw::prelude::*;

#[derive(Module)]
struct Pair {
    first: Linear<4, 4>,
    second: Linear<4, 4>,
    #[module(skip)]
    steps: Vec<usize>,
}

#[derive(Module)]
struct Net {
    pair: Pair,
    last: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn without_dots(&self, x: &Tensor<4>) -> f32 {
        let Pair { first, second } = &self.pair; //~
        first.forward(&second.forward(x)).sum()
    }

    fn itself_without_dots(&self, x: &Tensor<4>) -> f32 {
        let Net { last } = self; //~
        last.forward(x).sum()
    }

    fn no_such_field(&self, x: &Tensor<4>) -> f32 {
        let Pair { third, .. } = &self.pair; //~
        third.forward(x).sum()
    }

    fn itself_without_such_a_field(&self, x: &Tensor<4>) -> f32 {
        let Net { pair, lsat } = self; //~
        lsat.forward(&pair.first.forward(x)).sum()
    }
}

fn main() {}
