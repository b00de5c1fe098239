//! Fields of structs that are generic over the type of the elements.

use tiedw::prelude::*;

struct Inner<E: Element = f32> {
    weight: Vector<4, E>,
}

#[derive(Module)]
struct Outer<E: Element = f32> {
    inner: Inner<E>, //~ ERROR
}

#[differentiable]
impl<E: Element> Outer<E> {
    fn loss(&self, x: &Tensor<4, E>) -> E {
        x.sum()
    }
}

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
