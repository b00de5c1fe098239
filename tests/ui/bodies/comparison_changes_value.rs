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
        let mut h = self.fc.forward(x).sum();
        let is_large = {
            h = h * 2.0;
            h
        } > 1.0;
        if is_large { h } else { h * 2.0 }
    }
}

fn main() {}
