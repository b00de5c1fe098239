use tiedw::prelude::*;

#[differentiable]
trait Scored: Layer<Input = Tensor<4>, Output = Tensor<4>> {
    fn score(&self, x: &Tensor<4>) -> f32 {
        self.forward(x).sum() //~
    }
}

fn main() {}
