use tiedw::prelude::*;

#[differentiable]
fn loss(x: &Tensor<3>) -> f32 {
    mse_loss(x, x)
}

fn main() {}
