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
        let gain = &&&&self.gain;
        x.sum() * gain[0]
    }
}

fn main() {}
