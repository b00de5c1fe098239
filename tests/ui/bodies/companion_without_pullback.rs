use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
}

fn act(x: &Tensor<4>) -> Tensor<4> {
    x.tanh()
}

fn act_vjp(x: &Tensor<4>) -> Tensor<4> {
    x.tanh()
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        act(&self.fc.forward(x)).sum()
    }
}

fn main() {}
