//! Type parameters and trait objects of traits that have no companions for them.

use tiedw::Value;
use tiedw::prelude::*;

#[derive(Value, Clone)]
struct Normal {
    mean: Tensor<4>,
}

trait Distribution {
    fn entropy(&self) -> f32;
}

#[differentiable(value)]
impl Distribution for Normal {
    fn entropy(&self) -> f32 {
        self.mean.sum()
    }
}

#[differentiable]
fn of_any<D: Distribution>(d: &D) -> f32 {
    d.entropy() //~ ERROR
}

#[differentiable]
fn of_value<D: Distribution + Value>(d: &D) -> f32 {
    d.entropy() * 2.0 //~ ERROR
}

#[derive(Module)]
struct Net<D: Distribution> {
    fc: Linear<4, 4>,
    distribution: D,
}

#[differentiable]
impl<D: Distribution> Net<D> { //~ ERROR
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum() + self.distribution.entropy()
    }
}

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[differentiable]
fn generic<E: Encoder>(e: &E, x: &Tensor<4>) -> f32 { //~ ERROR
    e.encode(x).sum()
}

#[differentiable]
fn hidden(e: &impl Encoder, x: &Tensor<4>) -> f32 { //~ ERROR
    e.encode(x).sum()
}

#[differentiable]
fn object(e: &dyn Encoder, x: &Tensor<4>) -> f32 { //~ ERROR
    e.encode(x).sum()
}

fn main() {}
