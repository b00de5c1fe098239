use tiedw::prelude::*;

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
}

impl Encoder for Block { //~ ERROR
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
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
        self.block.encode(x).sum()
    }
}

fn main() {}
