use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
}

fn twice(layer: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4> {
    layer.forward(&layer.forward(x))
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        // A layer has no cotangent, and `twice` no companion.
        twice(&self.fc, x).sum() //~
    }
}

fn main() {}
