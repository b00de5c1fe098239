//! Trees that are generic over their element type.

use crate::{agree_all, rng, uniform};
use tiedw::Own;
use tiedw::prelude::*;
#[derive(Module, Clone, PartialEq)]
struct Tree<E: Element = f32> {
    w: Linear<4, 4, Own, Own, E>,
    kids: Vec<Tree<E>>,
}
#[differentiable]
impl<E: Element> Tree<E> {
    fn run(&self, x: &Tensor<4, E>) -> Tensor<4, E> {
        let mut h = self.w.forward(x).tanh();
        for kid in &self.kids {
            h = h + kid.run(x);
        }
        h
    }
    fn loss(&self, x: &Tensor<4, E>) -> E {
        self.run(x).sum()
    }
}
#[test]
fn trees_are_generic() {
    let leaf = |n| Tree::<f64> { w: Init::init(&mut rng(n)), kids: vec![] };
    let net = Tree { w: Init::init(&mut rng(1)), kids: vec![leaf(2), leaf(3)] };
    let x = uniform(2, 2);
    agree_all!(&net, (&x), loss loss_and_grad);
}
#[derive(Module, Clone)]
#[allow(unreachable_pub, reason = "the impls of a public struct differ")]
pub struct Public<const D: usize, E: Element = f32> {
    pub kids: Vec<Public<D, E>>,
    pub gain: Vector<D, E>,
    pub w: Linear<D, D, Own, Own, E>,
    #[tie(w)]
    pub again: Tied<Linear<D, D, Own, Own, E>>,
}
#[differentiable]
impl<const D: usize, E: Element> Public<D, E> {
    fn run(&self, x: &Tensor<D, E>) -> Tensor<D, E> {
        let h = self.again.forward(&(self.w.forward(x).tanh() * &self.gain));
        self.kids.iter().fold(h, |h, kid| h + kid.run(x))
    }
    fn loss(&self, x: &Tensor<D, E>) -> E {
        self.run(x).sum()
    }
}
#[derive(Module, Clone)]
struct Holder<E: Element = f32> {
    a: Tree<E>,
    b: Option<Public<4, E>>,
}
#[differentiable]
impl<E: Element> Holder<E> {
    fn loss(&self, x: &Tensor<4, E>) -> E {
        let h = self.a.run(x);
        if let Some(b) = &self.b { (b.run(&h) * x).sum() } else { h.sum() }
    }
}
#[test]
fn trees_are_parts() {
    let leaf = |n| Public::<4, f64> {
        w: Init::init(&mut rng(n)),
        again: Default::default(),
        gain: Vector::from_fn(|_| 0.7),
        kids: vec![],
    };
    let net = Public { kids: vec![leaf(2), leaf(3)], ..leaf(1) };
    let x = uniform(2, 2);
    agree_all!(&net, (&x), loss loss_and_grad);
    let leaf = |n| Tree::<f64> { w: Init::init(&mut rng(n)), kids: vec![] };
    let tree = Tree { w: Init::init(&mut rng(1)), kids: vec![leaf(2), leaf(3)] };
    let dual = tiedw::Lift::lift(&tree, Some(&tree));
    let (value, tangent) = <Tree<f64> as tiedw::Lift>::parts(dual);
    assert!(value.kids[1] == tree.kids[1] && tangent.kids[0] == tree.kids[0]);
    let h = Holder { a: tree, b: Some(net) };
    agree_all!(&h, (&x), loss loss_and_grad);
}
