// A function of one's own by the name of `stop_gradient`, which a macro is given, would lose its gradient.
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
        println!("{}", stop_gradient(sum));
        sum
    }
}

fn main() {}
