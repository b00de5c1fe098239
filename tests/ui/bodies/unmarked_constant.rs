use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

#[derive(Clone, Copy)]
enum Activation {
    Relu,
    None,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>, activation: Activation) -> f32 {
        let y = self.fc1.forward(x);
        let y = if matches!(activation, Activation::Relu) { y.relu() } else { y };
        mse_loss(&y, x)
    }
}

fn main() {}
