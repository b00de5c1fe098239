//! Calls of methods in forward mode that do not exist within bodies.

use rand::Rng;
use tiedw::Element;
use tiedw::prelude::*;

/// Without an element type of its own.
#[derive(Module)]
struct Fixed {
    fc: Linear<2, 2>,
}

#[differentiable]
impl Fixed {
    fn forward(&self, x: &Tensor<2>) -> Tensor<2> {
        self.fc.forward(x)
    }
    fn loss(&self, x: &Tensor<2>) -> f32 {
        let (y, dy) = self.forward_jvp(x, x); //~ not in forward mode
        (y * dy).sum()
    }
}

#[derive(Module)]
struct Net<E: Element = f32> {
    fc: WithElem<Linear<2, 2>, E>,
}

#[differentiable]
impl<E: Element> Net<E> {
    fn forward<R: Rng>(&self, x: &Tensor<2, E>, rng: &mut R) -> Tensor<2, E> {
        self.fc.forward(x) * Tensor::randn([x.rows()], rng)
    }
    fn loss<R: Rng>(&self, x: &Tensor<2, E>, rng: &mut R) -> E {
        let (y, dy) = self.forward_jvp(x, rng, x); //~ with a random number generator
        (y * dy).sum()
    }
}

fn main() {}
