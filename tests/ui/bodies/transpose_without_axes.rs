use tiedw::prelude::*;

#[differentiable]
fn swapped(x: &Tensor<4>) -> Tensor<4> {
    x.transpose()
}

fn main() {}
