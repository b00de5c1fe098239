use tiedw::prelude::*;

#[differentiable]
fn twice(layer: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4> {
    layer.forward(&layer.forward(x))
}

fn main() {}
