//! Lists of layers in loops that take them for something else.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    layers: Vec<Linear<4, 4>>,
}

#[differentiable]
impl Net {
    fn by_value(&self, x: &Tensor<4>) -> f32 {
        let mut h = x.clone();
        for layer in self.layers { //~
            h = layer.forward(&h);
        }
        h.sum()
    }

    fn without_numbers(&self, x: &Tensor<4>) -> f32 {
        let mut h = x.clone();
        for (i, layer) in self.layers.iter() { //~
            h = layer.forward(&h) * i as f32;
        }
        h.sum()
    }

    fn with_numbers(&self, x: &Tensor<4>) -> f32 {
        let mut h = x.clone();
        for layer in self.layers.iter().enumerate() { //~
            h = layer.forward(&h);
        }
        h.sum()
    }

    fn not_collected(&self, x: &Tensor<4>) -> f32 {
        let outputs: Vec<Tensor<4>> = self.layers.iter().map(|layer| layer.forward(x)); //~
        outputs[0].sum()
    }

    fn matched(&self, x: &Tensor<4>) -> f32 {
        let mut total = 0.0;
        for layer in &self.layers {
            total += match layer {
                last if total > 0.0 => last.forward(x).sum(), //~
                _ => 0.0,
            };
        }
        total
    }
}

fn main() {}
