use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Tensor<4>, //~
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

fn main() {}
