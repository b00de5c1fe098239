use tiedw::prelude::*;

mod shapes {
    pub struct Circle;
}

use shapes::*;

fn area(_: Circle) {}

trait Encoder {
    fn encode(&self, x: &Tensor<2>) -> Tensor<2>;
}

trait Decoder: Module<Elem = f32> {
    fn decode(&self, x: &Tensor<2>) -> Tensor<2>;
}

#[derive(Module)]
struct Net<E> {
    encoder: E,
}

#[differentiable]
impl<E: Encoder> Net<E> { //~
    fn loss(&self, x: &Tensor<2>) -> f32 {
        self.encoder.encode(x).sum()
    }
}

#[derive(Module)]
struct Own {
    fc: Linear<2, 2>,
}

#[differentiable(trait)]
impl Decoder for Own { //~
    fn decode(&self, x: &Tensor<2>) -> Tensor<2> {
        self.fc.forward(x)
    }
}

fn main() {
    area(Circle);
}
