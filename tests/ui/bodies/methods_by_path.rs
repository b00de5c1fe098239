//! Methods of the module that are called by `Self`.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn scaled(x: &Tensor<4>, factor: f32) -> Tensor<4> {
        x * factor
    }

    fn one_too_few(&self, x: &Tensor<4>) -> f32 {
        Self::scaled(x).sum() //~ ERROR
    }

    fn misspelt(&self, x: &Tensor<4>) -> f32 {
        Self::scale(x, 2.0).sum() //~ ERROR
    }

    fn other_type(&self, x: &Tensor<4>) -> f32 {
        Self::scaled(&self.fc.forward(x), x).sum() //~ ERROR
    }
}

fn main() {}
