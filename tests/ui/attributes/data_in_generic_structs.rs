use std::collections::HashMap;
use tiedw::prelude::*;
#[derive(Module)]
struct Norm<E: Element> {
    weight: Vector<2, E>,
    mean: Tensor<2, E>, //~ ERROR
}
#[differentiable]
impl<E: Element> Norm<E> {
    fn forward(&self, x: &Tensor<2, E>) -> Tensor<2, E> {
        x * &self.weight
    }
}
#[derive(Module)]
struct Named<const D: usize> {
    fc: Linear<D, D>,
    names: HashMap<String, usize>, //~ ERROR
    seen: Option<Tensor<D>>,       //~ ERROR
}
#[differentiable]
impl<const D: usize> Named<D> {
    fn forward(&self, x: &Tensor<D>) -> Tensor<D> {
        self.fc.forward(x)
    }
}
fn main() {}
