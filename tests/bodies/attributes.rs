//! `#[cfg]` inside a body: a method and the code generated from it see the same code.

#![allow(clippy::non_minimal_cfg)] // Conditions that hold on every machine.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn absent(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        #[cfg(any())]
        let h = h.relu();
        #[cfg(any())]
        {
            h = h.tanh();
        }
        #[cfg(any())]
        if x.rows() > 0 {
            missing();
        }
        #[cfg(any())]
        for _ in 0..2 {
            missing();
        }
        #[cfg(any())]
        println!("{}", missing());
        let by: f64 = match x.rows() {
            #[cfg(any())]
            _ => 0.0,
            _ => 1.0,
        };
        h.sum() * by
    }

    /// An unfulfilled expectation would be a warning.
    #[expect(unused_variables, clippy::too_many_arguments)]
    fn expected(&self, x: &Numbers, a: f64, b: f64, c: f64, d: f64, e: f64, f: f64) -> f64 {
        let unused = 0;
        self.fc.forward(x).sum() * a * b * c * d * e * f
    }

    fn present(&self, x: &Numbers) -> f64 {
        let mut h = self.fc.forward(x);
        #[cfg(all())]
        let h2 = h.tanh();
        #[cfg(not(all()))]
        let h2 = missing();
        #[cfg(all())]
        {
            h = &h * &h2;
        }
        #[cfg(all())]
        for _ in 0..2 {
            h = h.tanh();
        }
        let sum = match x.rows() {
            #[cfg(any())]
            _ => missing(),
            #[cfg(all())]
            2 => h.sum(),
            _ => h.mean(),
        };
        #[cfg(all())]
        if sum < 1e9 {
            h = &h * 2.0;
        }
        sum + h.mean()
    }
}

fn net() -> Net {
    Net::init(&mut rng(11))
}

#[test]
fn what_is_absent_is_absent_in_both() {
    let (net, x) = (net(), uniform(2, 1));
    assert_eq!(net.absent(&x), net.absent_and_grad(&x).0);
    check(&net, |net| net.absent_and_grad(&x));
}

#[test]
fn what_is_present_is_present_in_both() {
    let (net, x) = (net(), uniform(2, 2));
    assert_eq!(net.present(&x), net.present_and_grad(&x).0);
    check(&net, |net| net.present_and_grad(&x));
    check(&net, |net| net.expected_and_grad(&x, 1.0, 2.0, 0.5, 1.0, 1.0, 3.0));
}
