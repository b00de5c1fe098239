use tiedw::prelude::*;

trait Scorer<const H: usize> {
    fn score(&self, x: &Tensor<H>) -> Tensor<1>;
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 1>,
}

#[differentiable(trait)]
impl Scorer<3> for Net {
    fn score(&self, x: &Tensor<3>) -> Tensor<1> {
        self.fc.forward(x)
    }
}

fn main() {}
