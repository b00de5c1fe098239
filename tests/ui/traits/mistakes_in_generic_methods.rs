//! Mistakes in methods of traits with type parameters of their own.

use rand::Rng;
use tiedw::prelude::*;

#[differentiable]
trait Cell {
    fn step<R: Rng>(&self, x: &Tensor<4>, rng: &mut R) -> Tensor<4>;

    fn twice<R: Rng>(&self, x: &Tensor<4>, rng: &mut R) -> Tensor<4> {
        let h = self.step(x, rng);
        self.step(h, rng) //~ no reference
    }
}

#[derive(Module)]
struct Net {
    a: Linear<4, 4>,
    b: Linear<3, 4>,
    drop: Dropout,
}

#[differentiable(trait)]
impl Cell for Net {
    fn step<R: Rng>(&self, x: &Tensor<4>, rng: &mut R) -> Tensor<4> {
        let x = self.b.forward(x); //~ wrong size
        x + self.drop.forward(&self.a.forward(&x), rng)
    }
}

trait Plain {
    fn noisy<R: Rng>(&self, x: &Tensor<4>, rng: &mut R) -> f32;
}

#[differentiable]
impl Plain for Net {
    fn noisy<R: Rng>(&self, x: &Tensor<4>, rng: &mut R) -> f32 {
        self.drop.forward(&self.a.forward(x), rng).summ() //~ unknown method
    }
}

fn main() {}
