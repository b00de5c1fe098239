use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn first(&self, x: &Tensor<3>) -> f32 {
        mse_loss(&self.fc1.forward(x), x) % 2.0 //~
    }

    fn second(&self, x: &Tensor<3>) -> f32 {
        let y = self.fc1.forward(x);
        y.as_slice()[0] //~
    }
}

fn main() {}
