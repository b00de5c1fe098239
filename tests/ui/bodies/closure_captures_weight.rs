use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

fn twice(f: impl Fn() -> f32) -> f32 {
    2.0 * f()
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        mse_loss(&self.fc1.forward(x), x) * twice(|| self.gain[0]) //~
    }
}

fn main() {}
