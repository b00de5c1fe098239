//! A field of a type that there is not.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    block: Blok, //~
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.block.run(&self.fc.forward(x)).sum()
    }
}

fn main() {}
