use rand::rngs::StdRng;
use tiedw::prelude::*;

mod elsewhere {
    use rand::{RngExt, rngs::StdRng};

    pub fn gain(rng: &mut StdRng) -> f32 {
        rng.random()
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>, rng: &mut StdRng) -> f32 {
        #[checkpoint]
        let h = self.fc.forward(x) * elsewhere::gain(rng); //~
        h.sum()
    }
}

fn main() {}
