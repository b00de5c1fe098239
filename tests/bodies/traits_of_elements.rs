//! Traits that are generic over the element type of their modules.

use crate::{agree_all, rng, uniform};
use tiedw::Own;
use tiedw::prelude::*;
#[differentiable]
trait Scored<E: Element>: Module<Elem = E> {
    fn score(&self, x: &Tensor<4, E>) -> E;
    fn twice(&self, x: &Tensor<4, E>) -> E {
        let s = self.score(x);
        s * s + s
    }
}
#[derive(Module, Clone)]
struct Net<E: Element = f32> {
    fc: Linear<4, 4, Own, Own, E>,
}
#[differentiable]
impl<E: Element> Scored<E> for Net<E> {
    fn score(&self, x: &Tensor<4, E>) -> E {
        self.fc.forward(x).sum()
    }
}
#[derive(Module, Clone)]
struct User<S, E: Element> {
    s: S,
    k: Vector<1, E>,
}
#[differentiable]
impl<E: Element, S: Scored<E>> User<S, E> {
    fn loss(&self, x: &Tensor<4, E>) -> E {
        self.s.twice(x) * self.k[0]
    }
}
#[test]
fn provided_methods_of_elements() {
    let net: Net<f64> = Net { fc: Init::init(&mut rng(1)) };
    let x = uniform(2, 2);
    agree_all!(&net, (&x), score score_and_grad, twice twice_and_grad);
    let u = User { s: net, k: [0.7].into() };
    agree_all!(&u, (&x), loss loss_and_grad);
}
