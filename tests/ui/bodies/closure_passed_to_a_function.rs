use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

/// It has no companion.
fn apply(x: &Tensor<3>, f: impl Fn(&Tensor<3>) -> Tensor<3>) -> Tensor<3> {
    f(x)
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        apply(x, |x| self.fc.forward(x)).sum() //~
    }

    fn among_constants(&self, x: &Tensor<3>) -> f32 {
        constant(x, |i| self.fc.forward(x).mean() * i as f32) //~
    }
}

#[differentiable]
fn constant(x: &Tensor<3>, #[constant] f: impl Fn(usize) -> f32) -> f32 {
    x.sum() * f(2)
}

fn main() {}
