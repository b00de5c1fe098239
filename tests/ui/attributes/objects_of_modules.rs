//! Trait objects of modules as fields.

use tiedw::prelude::*;

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    encoder: Box<dyn Encoder>, //~
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.encoder.encode(&self.fc.forward(x)).sum()
    }
}

#[derive(Module)]
struct Sequence {
    layers: Vec<Box<dyn Layer<Input = Tensor<4>, Output = Tensor<4>>>>, //~
}

#[differentiable]
impl Sequence {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.layers.iter().fold(x.clone(), |h, layer| layer.forward(&h)).sum()
    }
}

fn main() {}
