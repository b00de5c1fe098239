use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

mod functions {
    use tiedw::prelude::*;

    #[differentiable]
    pub fn apply(x: &Tensor<3>, f: impl Fn(&Tensor<3>) -> Tensor<3>) -> Tensor<3> {
        f(x)
    }
}
use functions::apply;

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        apply(x, |x| self.fc.forward(x)).sum()
    }
}

fn main() {}
