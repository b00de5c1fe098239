use rand::{Rng, RngExt, rngs::StdRng};
use tiedw::prelude::*;

fn gain(rng: &mut StdRng) -> f32 {
    rng.random()
}

fn any_gain(rng: &mut impl Rng) -> f32 {
    rng.random()
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    dropout: Dropout,
}

#[differentiable]
impl Net {
    fn noisy(&self, x: &Tensor<4>, rng: &mut StdRng) -> Tensor<4> {
        self.dropout.forward(x, rng)
    }

    fn of_a_method(&self, x: &Tensor<4>, rng: &mut StdRng) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..3 {
            h = self.noisy(&self.fc.forward(&h), rng); //~
        }
        h.sum()
    }

    fn of_a_function(&self, x: &Tensor<4>, rng: &mut StdRng) -> f32 {
        #[checkpoint]
        let h = self.fc.forward(x) * gain(rng); //~
        h.sum()
    }

    fn of_any(&self, x: &Tensor<4>, rng: &mut StdRng) -> f32 {
        #[checkpoint]
        let h = self.fc.forward(x) * any_gain(rng);
        h.sum()
    }
}

fn main() {}
