//! Methods that layers, modules, options and parameters do not have, other than misspelt ones.

use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
    gain: Vector<4>,
}

#[differentiable]
impl Block {
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x) * &self.gain
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    block: Block,
    blocks: Vec<Block>,
    tail: Option<Linear<4, 4>>,
    scale: Vector<4>,
}

#[differentiable]
impl Net {
    fn of_layers(&self, x: &Tensor<4>) -> f32 {
        let rows = self.fc.sum(); //~
        let h = self.block.fc.tanh(); //~
        rows + (self.fc.forward(x) * h).sum().tanh()
    }

    fn of_modules(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut h = self.block.forward(x); //~
        for block in &self.blocks {
            h = block.forward(&h); //~
        }
        h
    }

    fn of_options(&self, x: &Tensor<4>) -> Tensor<4> {
        self.tail.forward(x) //~
    }

    fn of_parameters(&self, x: &Tensor<4>) -> f32 {
        let h = self.scale.forward(x); //~
        let total: f32 = self.fc.weight.iter().sum(); //~
        h.sum() * total
    }

    fn of_fields(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc(x) //~
    }
}

#[derive(Module)]
struct Generic<L> {
    layer: L,
    block: Block,
}

#[differentiable]
impl<L: Layer<Input = Tensor<4>, Output = Tensor<4>>> Generic<L> {
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.block.forward(&self.layer.forward(x)) //~
    }
}

fn main() {}
