//! The element type of a module as that of a trait.

use tiedw::prelude::*;

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<4, Self::Elem>) -> Tensor<4, Self::Elem>; //~
}

#[derive(Module)]
struct Net<E: Element> {
    fc: Linear<4, 4, Own, Own, E>,
}

#[differentiable]
impl<E: Element> Encoder for Net<E> {
    fn encode(&self, x: &Tensor<4, E>) -> Tensor<4, E> {
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Holder<T> {
    encoder: T,
}

#[differentiable]
impl<T: Encoder> Holder<T> {
    fn loss(&self, x: &Tensor<4, T::Elem>) -> T::Elem {
        self.encoder.encode(x).sum()
    }
}

#[differentiable]
trait Decoder {
    type Elem: Element; //~

    fn decode(&self, x: &Tensor<4, Self::Elem>) -> Tensor<4, Self::Elem>;
}

#[differentiable]
impl Decoder for Net<f32> {
    type Elem = f32;

    fn decode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

fn main() {}
