use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn both(&self, x: &Tensor<3>) -> (Tensor<3>, Tensor<3>) {
        (self.fc1.forward(x), x.clone())
    }

    fn loss(&self, x: &Tensor<3>) -> f32 {
        let (a, b, c) = self.both(x);
        mse_loss(&a, &b) + mse_loss(&b, &c)
    }
}

fn main() {}
