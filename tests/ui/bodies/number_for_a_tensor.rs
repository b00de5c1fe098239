use tiedw::prelude::*;

#[derive(Module)]
#[module(parallel)]
struct Net {
    fc1: Linear<4, 4>,
    fc2: Linear<4, 4>,
    wide: Linear<4, 6>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        mse_loss(&self.fc1.forward(x), 0.5)
    }
}

fn main() {}
