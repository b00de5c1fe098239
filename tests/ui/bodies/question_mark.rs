use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>, #[constant] factor: Option<f32>) -> f32 {
        let y = self.fc1.forward(x) * factor?;
        mse_loss(&y, x)
    }
}

fn main() {}
