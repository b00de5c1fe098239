use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let mut h = x.clone();
        for layer in vec![&self.fc, &self.other] {
            h = layer.forward(&h);
        }
        h.sum()
    }
}

fn main() {}
