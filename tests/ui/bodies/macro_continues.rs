use tiedw::prelude::*;

macro_rules! some_or_continue {
    ($option:expr) => {
        match $option {
            Some(value) => value,
            None => continue,
        }
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
            let n = some_or_continue!(Some(3_usize));
            assert!(n > 0);
            h = h.tanh();
        }
        h.sum()
    }
}

fn main() {}
