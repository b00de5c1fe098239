use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

fn smooth(x: &Tensor<3>) -> Tensor<3> {
    x.clone()
}

#[differentiable]
impl Net {
    fn layer(&self, x: &Tensor<3>, f: impl Fn(&Tensor<3>) -> Tensor<3>) -> Tensor<3> {
        f(&self.fc.forward(x))
    }
    fn loss(&self, x: &Tensor<3>) -> f32 {
        self.layer(x, smooth).sum()
    }
}

fn main() {}
