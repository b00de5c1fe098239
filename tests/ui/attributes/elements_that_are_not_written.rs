//! Layers and parameters in `f32` beside those of a generic element type.

use tiedw::prelude::*;

#[derive(Module)]
struct Net<E: Element> {
    fc: Linear<4, 4>, //~
    #[module(init = ones)]
    gain: Vector<4, E>,
}

#[differentiable]
impl<E: Element> Net<E> {
    fn loss(&self, x: &Tensor<4, E>) -> E {
        (self.fc.forward(x) * &self.gain).sum()
    }
}

#[derive(Module)]
struct Gains<E: Element> {
    layers: Vec<WithElem<Linear<4, 4>, E>>,
    #[module(init = ones)]
    gains: [Vector<4, E>; 2],
    #[module(init = ones)]
    bias: Option<Vector<4>>, //~
}

fn main() {}
