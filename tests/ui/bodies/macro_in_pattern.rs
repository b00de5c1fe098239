use tiedw::prelude::*;

macro_rules! named {
    ($name:ident) => {
        $name
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
        let h = self.fc.forward(x).sum();
        let named!(h) = 2.0_f32;
        h * 3.0
    }
}

fn main() {}
