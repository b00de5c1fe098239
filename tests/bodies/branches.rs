//! `if`, `match`, `if let`, and blocks as expressions.

use tiedw::prelude::*;

use crate::{check, check_input, rng, uniform};

#[derive(Clone, Copy, PartialEq)]
enum Activation {
    Tanh,
    Sigmoid,
    Scaled(f64),
}

#[derive(Module, Clone)]
struct Net {
    fc1: WithElem<Linear<3, 3>, f64>,
    fc2: WithElem<Linear<3, 3>, f64>,
    shortcut: Option<WithElem<Linear<3, 3>, f64>>,
}

fn net(shortcut: bool) -> Net {
    let mut rng = rng(1);
    Net {
        fc1: Linear::init(&mut rng),
        fc2: Linear::init(&mut rng),
        shortcut: shortcut.then(|| Linear::init(&mut rng)),
    }
}

#[differentiable]
impl Net {
    fn chosen(&self, x: &Tensor<3, f64>, which: usize) -> f64 {
        let y = if which == 0 {
            let hidden = self.fc1.forward(x);
            hidden.tanh()
        } else if which == 1 {
            self.fc2.forward(x)
        } else {
            x.clone()
        };
        let mut z = y.clone();
        if which > 0 {
            z = self.fc1.forward(&z) * y;
        }
        mse_loss(&z, x)
    }

    fn matched(&self, x: &Tensor<3, f64>, #[constant] activation: Activation, skip: Option<usize>) -> f64 {
        let h = self.fc1.forward(x);
        let h = match activation {
            Activation::Tanh => h.tanh(),
            Activation::Sigmoid if skip.is_none() => h.sigmoid(),
            Activation::Sigmoid => self.fc2.forward(&h),
            Activation::Scaled(by) => {
                let scaled = h * by;
                self.fc2.forward(&scaled)
            }
        };
        let h = if let Some(times) = skip { h * times as f64 } else { h };
        mse_loss(&h, x)
    }

    fn optional(&self, x: &Tensor<3, f64>) -> f64 {
        let mut y = self.fc1.forward(x);
        if let Some(shortcut) = &self.shortcut {
            y += shortcut.forward(x);
        }
        let z = match &self.shortcut {
            Some(shortcut) => shortcut.forward(&y),
            None => y,
        };
        mse_loss(&z, x)
    }

    fn blocks(&self, x: &Tensor<3, f64>) -> f64 {
        let y = {
            let h = self.fc1.forward(x);
            let h = { h.tanh() * 2.0 };
            self.fc2.forward(&h)
        };
        mse_loss(&y, x)
    }

    /// A comparison chooses the branch, but passes no gradient on.
    fn compared(&self, x: &Tensor<3, f64>) -> f64 {
        let loss = mse_loss(&self.fc1.forward(x), x);
        if loss > 1000.0 { loss } else { loss * loss }
    }
}

#[test]
fn chosen() {
    let x = uniform(2, 3);
    for which in 0..3 {
        let net = net(false);
        if which < 2 {
            check(&net, |net| net.chosen_and_grad(&x, which));
        }
        let (_, pullback) = net.chosen_vjp(&x, which);
        let (dx, _) = pullback(1.0, &mut net.zeros_like(), [true, false]);
        check_input(&x, |x| net.chosen(x, which), dx);
    }
}

#[test]
fn matched() {
    let x = uniform(2, 3);
    for activation in [Activation::Tanh, Activation::Sigmoid, Activation::Scaled(0.5)] {
        for skip in [None, Some(3)] {
            check(&net(false), |net| net.matched_and_grad(&x, activation, skip));
        }
    }
}

#[test]
fn optional() {
    let x = uniform(2, 3);
    check(&net(false), |net| net.optional_and_grad(&x));
    check(&net(true), |net| net.optional_and_grad(&x));
}

#[test]
fn blocks() {
    let x = uniform(2, 3);
    check(&net(false), |net| net.blocks_and_grad(&x));
}

#[test]
fn compared() {
    let x = uniform(2, 3);
    check(&net(false), |net| net.compared_and_grad(&x));
}

/// Parameters are values, which branches may choose and lists may hold, unlike layers.
#[derive(Module, Clone)]
struct Scales {
    first: Vector<3, f64>,
    second: Vector<3, f64>,
}

#[differentiable]
impl Scales {
    fn loss(&self, x: &Tensor<3, f64>, deep: bool) -> f64 {
        let chosen = if deep { &self.first } else { &self.second };
        let list = [&self.first, &self.second];
        let mut h = x * chosen;
        for scale in &list {
            h = &h * *scale;
        }
        (h * list[1]).sum()
    }
}

#[test]
fn parameters_are_chosen() {
    let x = uniform(2, 4);
    let net = Scales { first: [0.5, -1.5, 2.0].into(), second: [1.5, 0.5, -1.0].into() };
    check(&net, |net| net.loss_and_grad(&x, true));
    check(&net, |net| net.loss_and_grad(&x, false));
}
