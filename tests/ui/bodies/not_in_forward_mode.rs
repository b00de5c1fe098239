//! Calls of methods in forward mode that do not exist within bodies.

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
    fn forward(&self, x: &Tensor<2, E>, f: impl Fn(&Tensor<2, E>) -> Tensor<2, E>) -> Tensor<2, E> {
        f(&self.fc.forward(x))
    }
    fn loss(&self, x: &Tensor<2, E>) -> E {
        let (y, dy) = self.forward_jvp(x, Tensor::tanh, x); //~ with a function
        (y * dy).sum()
    }
}

fn main() {}
