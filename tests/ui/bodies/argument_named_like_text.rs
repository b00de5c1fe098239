use tiedw::prelude::*;

struct String(f32);

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>, by: &String) -> f32 {
        self.fc.forward(x).sum() * by.0
    }
}

fn main() {}
