use tiedw::prelude::*;

macro_rules! stop {
    () => {
        break
    };
}

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
        let mut h = x.clone();
        for layer in &self.layers {
            h = layer.forward(&h);
            stop!();
        }
        h.sum()
    }
}

fn main() {}
