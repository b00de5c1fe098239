use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    layers: Vec<Linear<3, 3>>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        match self.layers.as_slice() { //~
            [first, .., last] => last.forward(&first.forward(x)).sum(),
            _ => x.sum(),
        }
    }

    fn by_range(&self, x: &Tensor<3>) -> f32 {
        match &self.layers[..] {
            [first, .., last] => last.forward(&first.forward(x)).sum(),
            _ => x.sum(),
        }
    }
}

fn main() {}
