use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
}

#[derive(Module)]
struct Net {
    block: WithElem<Block, f64>, //~
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4, f64>) -> f64 {
        self.block.fc.forward(x).sum()
    }
}

fn main() {}
