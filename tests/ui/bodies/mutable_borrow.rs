use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

fn double(_: &mut Tensor<3>) {}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let mut y = self.fc1.forward(x);
        double(&mut y);
        mse_loss(&y, x)
    }
}

fn main() {}
