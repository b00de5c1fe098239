//! Elements that are read from what a layer returns.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).as_slice().iter().sum() //~
    }
}

fn main() {}
