//! Methods that parts of the module do not have, of names like no other.

use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    block: Block,
    blocks: [Block; 2],
}

#[differentiable]
impl Net {
    fn of_layer(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.transformed(x) //~
    }

    fn of_block(&self, x: &Tensor<4>) -> Tensor<4> {
        self.block.call(x) //~
    }

    fn of_list(&self, x: &Tensor<4>) -> Tensor<4> {
        self.blocks[0].predict(x) //~
    }
}

fn main() {}
