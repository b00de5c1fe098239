//! Mistakes in traits whose supertraits are differentiable.

use tiedw::prelude::*;

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[differentiable]
trait Ranked: Encoder {
    fn misspelt(&self, x: &Tensor<4>) -> f32 {
        self.encod(x).sum() //~ ERROR
    }

    fn other_type(&self, x: &Tensor<4>) -> f32 {
        self.encode(x) //~ ERROR
    }

    fn unknown_method(&self, x: &Tensor<4>) -> f32 {
        self.encode(x).summ() //~ ERROR
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Encoder for Net {
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[differentiable]
impl Ranked for Net {
    fn misspelt(&self, x: &Tensor<4>) -> f32 {
        self.encode(x) //~ ERROR
    }
}

fn main() {}
