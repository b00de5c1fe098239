use tiedw::prelude::*;

#[differentiable]
trait Cell<const H: usize> {
    fn step(&self, x: &Tensor<H>, h: &Tensor<H>) -> Tensor<H>;
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable(trait)]
impl Cell<3> for Net {
    fn step(&self, x: &Tensor<3>, h: &Tensor<4>) -> Tensor<3> { //~
        self.fc.forward(x) * h.mean()
    }
}

fn main() {}
