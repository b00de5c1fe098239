//! Calls between methods, calls of user-defined functions, and mutable arguments.

use rand::{Rng, RngExt};
use tiedw::prelude::*;

use crate::{check, check_input, rng, uniform};

type Numbers = Tensor<3, f64>;

/// A differentiable function: it has a companion.
fn square(x: &Numbers) -> Numbers {
    x * x
}

fn square_vjp(x: &Numbers) -> (Numbers, impl FnOnce(Numbers, [bool; 1]) -> (Option<Numbers>,) + use<>) {
    let kept = x.clone();
    (square(x), move |d, [wanted]| (wanted.then(|| d * &kept * 2.0),))
}

/// A differentiable method on a foreign type, through a trait.
trait Cube: Sized {
    fn cube(&self) -> Self;
    fn cube_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<Self>);
}

impl Cube for Numbers {
    fn cube(&self) -> Numbers {
        self * self * self
    }
    fn cube_vjp(&self) -> (Numbers, impl FnOnce(Numbers, [bool; 1]) -> (Option<Numbers>,) + use<>) {
        let kept = self.clone();
        (self.cube(), move |d, [wanted]| (wanted.then(|| d * &kept * &kept * 3.0),))
    }
}

/// Multiplies by noise from a generator, which is advanced by each call.
fn noisy<R: Rng>(x: &Numbers, rng: &mut R) -> Numbers {
    x * rng.random_range(0.5..1.5)
}

fn noisy_vjp<R: Rng>(
    x: &Numbers,
    rng: &mut R,
) -> (Numbers, impl FnOnce(Numbers, [bool; 2]) -> (Option<Numbers>, Option<tiedw::NoGradient>) + use<R>) {
    let factor = rng.random_range(0.5..1.5);
    (x * factor, move |d, [wanted, _]| (wanted.then(|| d * factor), None))
}

#[derive(Module, Clone)]
struct Net {
    fc1: WithElem<Linear<3, 3>, f64>,
    #[tie(fc1)]
    fc2: Tied<WithElem<Linear<3, 3>, f64>>,
}

#[differentiable]
impl Net {
    fn half(&self, x: &Numbers) -> (Numbers, Numbers) {
        (self.fc1.forward(x), self.fc2.forward(x).tanh())
    }

    /// Doc comments, attributes and visibility are kept.
    #[inline]
    #[must_use]
    pub(crate) fn loss(&self, x: &Numbers) -> f64 {
        let (a, b) = self.half(x);
        let (c, _) = self.half(&b);
        mse_loss(&square(&a), &c.cube()) + Self::penalty(&a, 0.1)
    }

    fn penalty(x: &Numbers, by: f64) -> f64 {
        mse_loss(&(x * by), &x.cube())
    }

    fn with_context<R: Rng>(&self, x: &Numbers, rng: &mut R, times: usize) -> f64 {
        let mut h = self.fc1.forward(x);
        for _ in 0..times {
            h = noisy(&h, rng);
        }
        mse_loss(&noisy(&h, rng), x)
    }

    fn by_value(&self, x: Numbers) -> Numbers {
        let y = self.fc1.forward(&x);
        y + x
    }

    fn calls_by_value(&self, x: &Numbers) -> f64 {
        mse_loss(&self.by_value(x.clone()), &self.by_value(self.fc1.forward(x)))
    }
}

#[test]
fn own_methods_and_functions() {
    let (net, x) = (Net::init(&mut rng(1)), uniform(2, 3));
    check(&net, |net| net.loss_and_grad(&x));
    let (_, pullback) = net.loss_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    check_input(&x, |x| net.loss(x), dx);
}

#[test]
fn mutable_contexts() {
    let (net, x) = (Net::init(&mut rng(1)), uniform(2, 3));
    check(&net, |net| net.with_context_and_grad(&x, &mut rng(7), 2));
}

#[test]
fn by_value() {
    let (net, x) = (Net::init(&mut rng(1)), uniform(2, 3));
    check(&net, |net| net.calls_by_value_and_grad(&x));
}
