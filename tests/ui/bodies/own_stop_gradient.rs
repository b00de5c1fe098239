// A function of one's own by the name of `stop_gradient` would lose its gradient.
use tiedw::prelude::{Linear, Module, Tensor, differentiable};

#[derive(Module)]
struct Net {
    fc: Linear<2, 2>,
}

fn stop_gradient(x: f32) -> f32 {
    2.0 * x
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<2>) -> f32 {
        let sum = self.fc.forward(x).sum();
        sum * stop_gradient(sum)
    }
}

fn main() {}
