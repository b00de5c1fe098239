//! Mistakes in signatures and in fields of values, of which none causes another error elsewhere.

use std::collections::HashMap;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<8>,
    seen: HashMap<u32, f32>, //~ ERROR
}

#[derive(Value, Clone)]
struct Encoder {
    enter: Linear<4, 8>, //~ ERROR
    leave: Linear<8, 8>,
}

#[differentiable]
impl Encoder {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let state = State { h: self.leave.forward(&self.enter.forward(x)), seen: HashMap::new() };
        state.h.mean()
    }
}

#[derive(Module)]
struct Net {
    enter: Linear<4, 8>,
    blocks: [Linear<8, 8>; 2],
}

#[differentiable]
impl Layer for Net {
    type Input = Tensor<4>;
    type Output = Tensor<8>;

    fn forward(&self, x: Tensor<4>) -> Tensor<8> { //~ ERROR
        self.enter.forward(&x)
    }
}

#[differentiable]
impl Net {
    fn first(&self) -> &Linear<8, 8> { //~ ERROR
        &self.blocks[0]
    }

    fn loss(&self, x: &Tensor<8>) -> f32 {
        self.first().forward(x).mean()
    }
}

#[differentiable]
fn applied<L: Layer<Input = Tensor<8>, Output = Tensor<8>>>(layer: &L, x: &Tensor<8>) -> Tensor<8> { //~ ERROR
    layer.forward(x)
}

#[differentiable]
trait Stage: Module<Elem = f32> {
    fn apply(&self, x: &Tensor<8>) -> Tensor<8>;
}

#[differentiable]
fn staged(stage: &impl Stage, x: &Tensor<8>) -> Tensor<8> { //~ ERROR
    stage.apply(x)
}

fn main() {
    let encoder = Encoder::init(&mut StdRng::seed_from_u64(0));
    encoder.loss_and_grad(&Tensor::full([1], 1.0));
}
