//! A struct that forgets the bound of its elements, which the type of a field requires.

use tiedw::prelude::*;

#[derive(Module)]
struct Bounded<E: Element = f32> {
    weight: Vector<4, E>,
}

#[derive(Module)]
struct Unbounded<E> {
    bounded: Bounded<E>, //~ ERROR
}

#[differentiable]
impl<E: Element> Unbounded<E> {
    fn loss(&self, x: &Tensor<4, E>) -> E {
        (x * &self.bounded.weight).sum()
    }
}

fn main() {}
