//! Fields that layers, parameters and parts with names do not have.

use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
    #[module(init = ones)]
    gain: Vector<4>,
}

#[derive(Module)]
struct Net<L> {
    layer: L,
    fc: Linear<4, 4>,
    blocks: Vec<Block>,
}

#[differentiable]
impl<L: Layer<Input = Tensor<4>, Output = Tensor<4>>> Net<L> {
    fn of_items(&self, x: &Tensor<4>) -> f32 {
        let mut h = self.layer.forward(x);
        for block in &self.blocks {
            h = block.fcc.forward(&h); //~
        }
        h.sum()
    }

    fn in_closures(&self, x: &Tensor<4>) -> f32 {
        self.blocks.iter().map(|block| block.norm.forward(x).sum()).sum() //~
    }

    fn of_layers(&self) -> f32 {
        self.fc.wieght.sum() + self.blocks[0].fc.bais.sum() //~ //~
    }

    fn of_patterns(&self) -> f32 {
        let Linear { weight, bais, .. } = &self.fc; //~
        weight.sum()
    }

    fn of_parameters(&self) -> f32 {
        self.blocks[0].gain.data.sum() //~
    }
}

fn main() {}
