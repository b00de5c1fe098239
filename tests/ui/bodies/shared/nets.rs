use tiedw::prelude::*;

#[derive(Module)]
pub struct Block {
    pub fc: Linear<4, 4>,
    #[module(init = ones)]
    pub gain: Vector<4>,
}

#[differentiable]
impl Block {
    pub fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x) * &self.gain
    }
}

#[derive(Module)]
pub struct Net {
    pub fc: Linear<4, 4>,
    pub block: Block,
    pub blocks: Vec<Block>,
}
