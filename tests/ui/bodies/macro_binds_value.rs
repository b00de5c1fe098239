use tiedw::prelude::*;

macro_rules! constant {
    ($name:ident) => {
        let $name = 2.0_f32;
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
        constant!(h);
        h * 3.0
    }
}

fn main() {}
