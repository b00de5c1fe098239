//! `#[cfg]` on arguments, and alternatives of one function.

#![allow(clippy::non_minimal_cfg, reason = "conditions that always and never hold")]

use tiedw::prelude::*;

use crate::{agree_all, number_agrees, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn scaled(&self, x: &Numbers, #[cfg(all())] by: f64, #[cfg(any())] other: usize) -> f64 {
        #[cfg(any())]
        let by = other as f64;
        self.fc.forward(x).tanh().sum() * by
    }

    fn loss(&self, x: &Numbers) -> f64 {
        self.scaled(
            x,
            #[cfg(all())]
            2.0,
            #[cfg(any())]
            3,
        )
    }
}

#[cfg(all())]
#[differentiable]
fn one_of(h: &mut f64, f: impl Fn(f64) -> f64) {
    *h = f(*h);
}

#[cfg(not(all()))]
#[differentiable]
fn one_of(h: &mut f64, f: impl Fn(f64) -> f64) {
    *h = f(*h) * 2.0;
}

#[differentiable]
fn scaled(x: f64, #[cfg(all())] by: f64) -> f64 {
    x * by
}

#[differentiable]
fn both(x: f64) -> f64 {
    let mut h = x;
    one_of(&mut h, |t| t * x);
    scaled(
        h,
        #[cfg(all())]
        x,
    )
}

#[test]
fn gradients_agree() {
    let net = Net { fc: Init::init(&mut rng(1)) };
    agree_all!(&net, (&uniform(2, 5)), loss loss_and_grad);
    number_agrees!(both both_vjp);
}
