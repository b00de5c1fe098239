use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

#[differentiable]
impl Net {
    fn scaled(&self, x: &Tensor<4>, #[constant] by: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum() * by.mean()
    }

    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.scaled(x, &self.scale) //~
    }

    fn cut(&self, x: &Tensor<4>) -> f32 {
        self.scaled(x, stop_gradient(&self.scale))
    }
}

fn main() {}
