use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    layers: Vec<Linear<3, 3>>,
    option: Option<Linear<3, 3>>,
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let h = self.fc.forward(x).sum();
        match self.gain[0] {
            gain => h * gain,
        }
    }
}

fn main() {}
