use tiedw::prelude::*;

#[differentiable]
trait Scored {
    fn score(&self, x: &Tensor<4>, #[cfg(test)] scale: f32) -> f32; //~
}

fn main() {}
