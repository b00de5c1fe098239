use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

fn smooth(x: &Tensor<3>) -> Tensor<3> {
    x.map(|x| x.abs().sqrt())
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        mse_loss(&smooth(&self.fc1.forward(x)), x)
    }
}

fn main() {}
