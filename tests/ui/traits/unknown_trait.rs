use tiedw::prelude::*;

#[differentiable]
trait Scorer {
    fn score(&self, x: &Tensor<3>) -> Tensor<1>;
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 1>,
}

#[differentiable(trait)]
impl Scorrer for Net {
    fn score(&self, x: &Tensor<3>) -> Tensor<1> {
        self.fc.forward(x)
    }
}

fn main() {}
