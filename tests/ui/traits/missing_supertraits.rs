//! Impls of differentiable traits for modules that lack a supertrait.

use tiedw::prelude::*;

#[differentiable]
trait Summarizer {
    fn summarize(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[differentiable]
trait Deep: Summarizer {
    fn deep(&self, x: &Tensor<4>) -> Tensor<4> {
        self.summarize(&self.summarize(x))
    }
}

#[derive(Module)]
struct Inherits {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Deep for Inherits {} //~ ERROR

#[derive(Module)]
struct Overrides {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Deep for Overrides { //~ ERROR
    fn deep(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[differentiable]
trait Sized4<const D: usize> {
    fn sized(&self, x: &Tensor<D>) -> Tensor<D>;
}

#[differentiable]
trait Wide<const D: usize>: Sized4<D> {
    fn wide(&self, x: &Tensor<D>) -> Tensor<D>;
}

#[derive(Module)]
struct Generic<const D: usize> {
    fc: Linear<D, D>,
}

#[differentiable]
impl<const D: usize> Wide<D> for Generic<D> { //~ ERROR
    fn wide(&self, x: &Tensor<D>) -> Tensor<D> {
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Unmarked {
    fc: Linear<4, 4>,
}

impl Summarizer for Unmarked { //~ ERROR
    fn summarize(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[differentiable]
impl Deep for Unmarked {}

fn main() {}
