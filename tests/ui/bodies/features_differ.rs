use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>, t: &Tensor<4>) -> f32 {
        mse_loss(&(self.fc1.forward(x) + t), x)
    }
}

fn main() {}
