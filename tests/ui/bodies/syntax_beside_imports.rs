//! A mistake in the syntax of a body of a module that is imported.

mod shared {
    pub mod nets;
}

use shared::nets::Net;
use tiedw::prelude::*;

#[differentiable]
impl Net {
    fn product(&self, x: &Tensor<4>) -> f32 {
        (x @ &self.block.gain).sum() //~
    }
}

fn main() {}
