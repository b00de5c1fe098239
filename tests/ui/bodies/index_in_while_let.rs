use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    layers: Vec<Linear<3, 3>>,
    options: Vec<Option<Linear<3, 3>>>,
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let mut h = x.clone();
        let mut i = 0;
        while let Some(layer) = &self.options[i] {
            h = layer.forward(&h);
            i += 1;
        }
        h.sum()
    }
}

fn main() {}
