//! Methods of numbers whose type is a parameter, `E: Element`.

use crate::{agree_all, rng, uniform};
use tiedw::Own;
use tiedw::prelude::*;

#[derive(Module, Clone)]
struct Net<E: Element = f32> {
    fc: Linear<4, 2, Own, Own, E>,
    scale: Vector<2, E>,
}

fn net() -> Net<f64> {
    let mut net: Net<f64> = Net { fc: Init::init(&mut rng(1)), scale: [0.7, -0.4].into() };
    net.fc.bias = [0.3, -0.2].into();
    net
}

#[differentiable]
impl<E: Element> Net<E> {
    fn number(&self, x: &Tensor<4, E>) -> E {
        (self.fc.forward(x).tanh() * &self.scale).mean() * E::from_f64(0.9)
    }
    fn powers(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        let base = t * t + E::ONE;
        base.powf(t) + base.cbrt() * base.hypot(t) + base.recip() + base.sqrt() - base.powi(-3)
    }
    fn exponentials(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        let base = t * t + E::ONE;
        t.exp2() * t.exp_m1()
            + t.exp()
            + base.log2() * base.log10()
            + base.ln() * t.ln_1p()
            + base.exp().log(base + E::ONE)
    }
    fn trigonometric(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        let (sin, cos) = t.sin_cos();
        t.sin() * t.cos() + t.tan() + t.asin() * t.acos() + t.atan() + t.atan2(t + E::ONE) + sin * sin - cos
    }
    fn hyperbolic(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        t.sinh() * t.cosh() + t.tanh() + t.asinh() * t.atanh() + (t * t + E::ONE + E::ONE).acosh()
    }
    fn extremes(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        let half = E::from_f64(0.5);
        t.max(E::ZERO)
            + t.min(E::ZERO) * half
            + t.abs().max(half)
            + t.max(t * half) * t.min(t * half)
            + t.clamp(-half, half)
            + E::ONE.clamp(t - half, t.abs() * half)
            + (-t).clamp(t * t, E::ONE)
    }
    fn signs(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        t.signum() * t + t.copysign(-E::ONE) * t + t.abs()
    }
    fn rounded(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x) * E::from_f64(7.3);
        let third = E::ONE / E::from_f64(3.0);
        t.fract() * t
            + t.floor() * t
            + t.ceil() * t
            + t.round() * t
            + t.trunc() * t
            + t.round_ties_even() * t
            + t.rem_euclid(third) * t
            + t.div_euclid(third) * t
    }
    fn units(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        t.to_radians() + t.to_degrees() * t + t.mul_add(t, t.sin()) + t.midpoint(E::ONE) * t
    }
    fn asked(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        if t.is_nan() || !t.is_finite() || t.is_infinite() || t.is_sign_negative() == t.is_sign_positive() {
            return E::ZERO;
        }
        t * t
    }
    fn softmax(&self, x: &Tensor<4, E>) -> E {
        let scores = [self.number(x), self.scale[0], self.scale[1]];
        let top = scores.iter().fold(E::NEG_INFINITY, |a, &b| a.max(b));
        let exps: Vec<E> = scores.iter().map(|&s| (s - top).exp()).collect();
        let total: E = exps.iter().copied().sum();
        (exps[0] / total).ln()
    }
    fn by_path(&self, x: &Tensor<4, E>) -> E {
        let scores = [self.number(x), self.scale[0], self.scale[1]];
        let best = scores.iter().copied().fold(E::NEG_INFINITY, E::max);
        let sines: E = scores.iter().copied().map(E::sin).sum();
        best * E::exp(sines) + <E as Element>::cos(sines) + E::max(scores[1], scores[2])
    }
    fn sorted(&self, x: &Tensor<4, E>) -> E {
        let mut scores = vec![self.number(x), self.scale[0], self.scale[1]];
        scores.sort_by(|a, b| b.total_cmp(a));
        let least = scores.iter().copied().min_by(|a, b| a.total_cmp(b)).unwrap();
        scores[0] * scores[1].sin() + least
    }
    fn slope(&self, x: &Tensor<4, E>) -> E {
        let ones = Tensor::ones([x.rows()]);
        let sum = self.powers_jvp(x, &ones).1
            + self.exponentials_jvp(x, &ones).1
            + self.trigonometric_jvp(x, &ones).1;
        sum + self.hyperbolic_jvp(x, &ones).1
            + self.extremes_jvp(x, &ones).1
            + self.signs_jvp(x, &ones).1
            + self.rounded_jvp(x, &ones).1
            + self.units_jvp(x, &ones).1
    }
}

#[test]
fn all_methods_of_an_element_have_gradients() {
    let (net, x) = (net(), uniform(3, 2));
    agree_all!(&net, (&x), powers powers_and_grad, exponentials exponentials_and_grad,
        trigonometric trigonometric_and_grad, hyperbolic hyperbolic_and_grad, extremes extremes_and_grad,
        signs signs_and_grad, rounded rounded_and_grad, units units_and_grad, asked asked_and_grad,
        softmax softmax_and_grad, by_path by_path_and_grad, sorted sorted_and_grad, slope slope_and_grad);
}

#[differentiable]
fn larger<E: Element>(a: E, b: E) -> E {
    a.max(b)
}

#[differentiable]
fn restricted<E: Element>(x: E, least: E, most: E) -> E {
    x.clamp(least, most)
}

#[differentiable]
fn raised<E: Element>(base: E, exponent: E) -> E {
    base.powf(exponent)
}

#[differentiable]
fn raised_float(base: f64, exponent: f64) -> f64 {
    base.powf(exponent)
}

#[test]
fn at_kinks_the_gradients_are_those_of_floats() {
    let (_, pullback) = larger_vjp(2.0, 2.0);
    assert_eq!(pullback(1.0, [true; 2]), (Some(0.5), Some(0.5)));
    assert_eq!(larger_jvp(2.0, 2.0, 1.0, 3.0).1, 2.0);
    let (_, pullback) = restricted_vjp(1.0, 1.0, 2.0);
    assert_eq!(pullback(1.0, [true; 3]), (Some(0.0), Some(1.0), Some(0.0)));
    assert_eq!(restricted_jvp(3.0, 1.0, 2.0, 1.0, 5.0, 7.0).1, 7.0);
    for (base, exponent) in [(0.0, 0.0), (0.0, 2.0), (2.0, 0.0)] {
        let (_, pullback) = raised_vjp(base, exponent);
        let (_, of_float) = raised_float_vjp(base, exponent);
        let by_both = pullback(1.0, [true; 2]);
        assert_eq!(by_both, of_float(1.0, [true; 2]));
        assert!(by_both.0.unwrap() == 0.0, "{base} to the power of {exponent}: {by_both:?}");
    }
}

/// Plain numbers alone.
#[derive(Module, Clone)]
struct OfReal<E: Real = f32> {
    fc: Linear<4, 2, Own, Own, E>,
}

#[differentiable]
impl<E: Real> OfReal<E> {
    fn converted(&self, x: &Tensor<4, E>) -> E {
        let t = self.fc.forward(x).mean();
        t * E::from_f64(t.to_f64()) + E::from_f64(E::to_f64(t).sin())
    }
}

#[differentiable]
impl<E> Net<E>
where
    E: Real,
{
    fn squared(&self, x: &Tensor<4, E>) -> E {
        let t = self.number(x);
        t * E::from_f64(t.to_f64())
    }
}

#[test]
fn losses_of_plain_numbers_have_gradients() {
    let x = uniform(3, 2);
    agree_all!(&net(), (&x), squared squared_and_grad);
    let net: OfReal<f64> = OfReal { fc: Init::init(&mut rng(1)) };
    agree_all!(&net, (&x), converted converted_and_grad);
}
