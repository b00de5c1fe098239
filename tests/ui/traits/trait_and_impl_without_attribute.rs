//! A trait and its impl without `#[differentiable]`, of which a body calls a method.

use tiedw::prelude::*;

trait Stage {
    fn run(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
}

impl Stage for Block {
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Net {
    block: Block,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.block.run(x).sum() //~
    }
}

fn main() {}
