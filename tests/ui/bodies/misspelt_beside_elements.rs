use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    blocks: [Linear<4, 4>; 2],
    scales: [Vector<4>; 2],
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>, i: usize) -> f32 {
        let block = &self.blocks[i];
        let y = block.forwards(x); //~
        mse_loss(&(self.blocks[1].forward(x) * &self.scales[i]), &y)
    }

    fn other(&self, x: &Tensor<4>, i: usize) -> f32 {
        mse_loss(&(x * &self.scales[i]), 1) //~
    }
}

fn main() {}
