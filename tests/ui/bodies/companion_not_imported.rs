use losses::scaled;
use tiedw::prelude::*;

mod losses {
    use tiedw::prelude::*;

    #[differentiable]
    pub fn scaled(x: &Tensor<4>) -> f32 {
        x.sum() * 0.5
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        scaled(&self.fc.forward(x))
    }
}

fn main() {}
