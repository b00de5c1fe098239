//! Layers in place of functions, values and options.

use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Block {
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    layers: Vec<Linear<4, 4>>,
    blocks: Vec<Block>,
}

#[differentiable]
impl Net {
    fn called(&self, x: &Tensor<4>) -> f32 {
        self.layers[0](x).sum() //~
    }

    fn called_by_name(&self, x: &Tensor<4>) -> f32 {
        let mut h = x.clone();
        for layer in &self.layers {
            h = layer(&h); //~
        }
        h.sum()
    }

    fn put_into_a_module(&self, x: &Tensor<4>) -> f32 {
        let block = Block { fc: self.fc }; //~
        block.run(x).sum()
    }

    fn stopped(&self, x: &Tensor<4>) -> f32 {
        stop_gradient(&self.fc).forward(x).sum() //~
    }

    fn found(&self, x: &Tensor<4>) -> f32 {
        self.blocks.first().run(x).sum() //~
    }

    fn found_before(&self, x: &Tensor<4>, i: usize) -> f32 {
        let block = self.blocks.get(i);
        block.run(x).sum() //~
    }

    fn made(&self, x: &Tensor<4>) -> f32 {
        let dropout = Dropout::new(0.5);
        dropout.forward(x).sum() + Dropout::new(0.1).forward(x).sum() //~ //~
    }
}

fn main() {}
