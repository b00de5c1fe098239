//! Impls of differentiable traits for types that are no modules of their own.

use std::collections::HashMap;

use tiedw::Value;
use tiedw::prelude::*;

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Encoder for &Net { //~ ERROR
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[differentiable]
impl Encoder for Box<Net> { //~ ERROR
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[differentiable]
impl Encoder for (Net, Net) { //~ ERROR
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.0.fc.forward(x)
    }
}

#[differentiable]
impl Encoder for f32 { //~ ERROR
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        x * *self
    }
}

#[differentiable]
impl<M: Layer<Input = Tensor<4>, Output = Tensor<4>>> Encoder for M { //~ ERROR
    fn encode(&self, x: &Tensor<4>) -> Tensor<4> {
        self.forward(x)
    }
}

#[differentiable]
trait Cell<const D: usize> {
    type State: Value;

    fn start(&self) -> Self::State;
}

#[differentiable]
impl Cell<4, 4> for Net { //~ ERROR
    type State = Tensor<4>;

    fn start(&self) -> Self::State {
        Tensor::zeros([1])
    }
}

#[differentiable]
impl Cell<3> for Net {
    type State = HashMap<u32, f32>; //~ ERROR

    fn start(&self) -> Self::State {
        HashMap::new()
    }
}

fn main() {}
