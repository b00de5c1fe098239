//! Functions that are passed as arguments.

use tiedw::prelude::*;

use crate::{check, check_input, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
fn smooth<const F: usize>(x: &Tensor<F, f64>) -> Tensor<F, f64> {
    (x * x + 0.5).sqrt()
}

#[differentiable]
fn scaled<const F: usize>(x: &Tensor<F, f64>, by: f64) -> Tensor<F, f64> {
    x * by
}

/// A function of functions.
#[differentiable]
fn composed<F, G>(x: &Numbers, first: F, second: &G) -> Numbers
where
    F: Fn(&Numbers) -> Numbers,
    G: Fn(&Numbers, f64) -> Numbers,
{
    let mut h = first(x);
    for _ in 0..2 {
        h = second(&first(&h), h.mean());
    }
    h
}

#[differentiable]
impl Net {
    fn layer(&self, x: &Numbers, activation: impl Fn(&Numbers) -> Numbers) -> Numbers {
        let h = self.fc.forward(x);
        if h.rows() == 0 { h } else { activation(&h) }
    }

    fn stack(&self, x: &Numbers, activation: &impl Fn(&Numbers) -> Numbers) -> Numbers {
        let h = self.layer(x, activation);
        self.layer(&h, activation)
    }

    fn numbers(x: f64, f: fn(f64) -> f64) -> f64 {
        f(x) + f(x * x)
    }

    fn loss(&self, x: &Numbers) -> f64 {
        let a = self.layer(x, Tensor::tanh);
        let b = self.stack(&a, &smooth);
        let c = composed(&b, Tensor::sigmoid, &scaled);
        let gain = c.mean();
        let d = self.layer(&c, |h| (h * gain + self.fc.forward(h)).tanh());
        // This `x` is not that of `layer`.
        let d = self.layer(&d, |h| h * x);
        let e = self.stack(&d, &|h: &Numbers| h * 2.0);
        self.plain(&c, smooth).sum() + e.mean() + Self::numbers(a.sum(), f64::sin)
    }

    fn plain(&self, x: &Numbers, f: impl Fn(&Numbers) -> Numbers) -> Numbers {
        assert!(f(&Tensor::zeros([2])).rows() == 2);
        let shift = f(&Tensor::full([1], 0.5)).sum();
        f(x) * shift
    }

    fn loss_of(&self, x: &Numbers, f: impl Fn(&Numbers) -> Numbers) -> f64 {
        f(&self.fc.forward(x)).sum()
    }
}

#[test]
fn gradients_flow_through_functions_that_are_passed() {
    let (net, x) = (Net::init(&mut rng(130)), uniform(2, 131));
    let (loss, pullback) = net.loss_vjp(&x);
    assert_eq!(loss, net.loss(&x));
    check(&net, |net| net.loss_and_grad(&x));
    check_input(&x, |x| net.loss(x), pullback(1.0, &mut net.zeros_like(), [true]).0);
    check(&net, |net| net.loss_of_and_grad(&x, smooth_vjp));
    assert_eq!(net.loss_of(&x, smooth), net.loss_of_and_grad(&x, smooth_vjp).0);
}

#[derive(Module, Clone)]
struct Wide<const D: usize, E: Element> {
    fc: WithElem<Linear<D, D>, E>,
}

/// The functions name generics of the block.
#[differentiable]
impl<const D: usize, E: Element> Wide<D, E> {
    fn layer(&self, x: &Tensor<D, E>, act: impl Fn(&Tensor<D, E>) -> Tensor<D, E>) -> Tensor<D, E> {
        act(&self.fc.forward(x))
    }

    fn twice<F>(&self, x: &Tensor<D, E>, act: &F) -> Tensor<D, E>
    where
        F: Fn(&Tensor<D, E>) -> Tensor<D, E>,
    {
        let h = self.layer(x, act);
        self.layer(&h, act)
    }

    fn bounded<F: Fn(&Tensor<D, E>) -> Tensor<D, E>>(x: &Tensor<D, E>, act: F) -> Tensor<D, E> {
        act(&act(x))
    }

    fn loss(&self, x: &Tensor<D, E>) -> E {
        let a = self.layer(x, |h| h.tanh());
        let b = self.twice(&a, &|h: &Tensor<D, E>| h.sigmoid());
        (Self::bounded(&b, Tensor::tanh) + self.layer(&b, |h| h * x)).mean()
    }
}

#[derive(Value, Clone)]
struct Pair<const D: usize> {
    a: Tensor<D, f64>,
    b: Tensor<D, f64>,
}

#[differentiable(value)]
impl<const D: usize> Pair<D> {
    fn joined(&self, act: impl Fn(&Tensor<D, f64>) -> Tensor<D, f64>) -> f64 {
        (act(&self.a) * &self.b).sum()
    }

    fn loss(&self) -> f64 {
        self.joined(Tensor::tanh) + self.joined(Tensor::sigmoid)
    }
}

#[differentiable]
impl Net {
    fn of_pair(&self, x: &Numbers) -> f64 {
        let pair = Pair { a: self.fc.forward(x), b: x.clone() };
        pair.loss()
    }
}

#[test]
fn functions_that_are_passed_name_generics_of_the_block() {
    let (net, x) = (Wide::<3, f64>::init(&mut rng(132)), uniform(2, 133));
    let (loss, pullback) = net.loss_vjp(&x);
    assert_eq!(loss, net.loss(&x));
    check(&net, |net| net.loss_and_grad(&x));
    check_input(&x, |x| net.loss(x), pullback(1.0, &mut net.zeros_like(), [true]).0);
    let net = Net::init(&mut rng(134));
    check(&net, |net| net.of_pair_and_grad(&x));
}
