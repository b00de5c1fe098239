//! An `impl Layer` without `#[differentiable]`.

use tiedw::prelude::*;

#[derive(Module)]
struct Block { //~
    fc: Linear<4, 4>,
}

impl Layer for Block {
    type Input = Tensor<4>;
    type Output = Tensor<4>;

    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
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
        self.block.forward(x).sum()
    }
}

fn main() {}
