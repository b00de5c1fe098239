use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

#[differentiable]
impl Net {
    fn scaled(&self, x: &Tensor<4>, #[constant] by: f32) -> f32 {
        self.fc.forward(x).sum() * by
    }

    fn loss(&self, x: &Tensor<4>) -> f32 {
        let s = self.fc.forward(x).sum();
        self.scaled(x, s)
    }
}

fn main() {}
