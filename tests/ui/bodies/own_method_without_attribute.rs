use tiedw::prelude::*;

#[derive(Module)]
struct Net<const H: usize> {
    fc: Linear<H, H>,
}

impl<const H: usize> Net<H> {
    fn smooth(&self, x: &Tensor<H>) -> Tensor<H> {
        self.fc.forward(x)
    }
}

#[differentiable]
impl<const H: usize> Net<H> {
    fn loss(&self, x: &Tensor<H>) -> f32 {
        self.smooth(x).sum() //~
    }
    fn total(&self, xs: &[Tensor<H>]) -> f32 {
        xs.iter().map(|x| self.smooth(x).mean()).sum() //~
    }
}

fn main() {}
