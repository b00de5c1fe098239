//! Methods of numbers.

use crate::{agree_all, agree_in_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: Square,
}

fn net() -> Net {
    Net { fc: Init::init(&mut rng(1)) }
}

#[differentiable]
fn converted<E: Real>(x: E, scale: f64) -> E {
    x * E::from_f64(scale) + E::from_f64(x.to_f64() * scale)
}

#[differentiable]
impl Net {
    fn casts(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        let list = [t, t * 2.0];
        let mut sum = t as f64 * x.rows() as f64 + (t * 3.0) as f64;
        for u in &list {
            sum += *u as f64 * list.len() as f64;
        }
        let squares: f64 = list.iter().map(|&u| (u * u) as f64).sum();
        sum + squares + self.count(x) as f64 + (self.count(x) + 1) as f64
    }

    fn count(&self, x: &Numbers) -> usize {
        x.rows() + 1
    }

    /// The precision of `f32` is that of the gradient, too.
    fn other_float(&self, x: &Numbers) -> f32 {
        let t = self.fc.forward(x).sum();
        let half = t as f32 * 0.5;
        half * half
    }

    fn half_squared(&self, x: &Numbers) -> f64 {
        let half = self.fc.forward(x).sum() * 0.5;
        half * half
    }

    fn filled(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let t = h.sum();
        (Numbers::full([x.rows()], t) * h).sum() + converted(t, t.to_f64() * 0.3)
    }

    fn sin_cos(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        let (s, c) = t.sin_cos();
        s * c + s
    }

    fn sin_cos_field(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        t.sin_cos().0 * t
    }

    fn ufcs_sin_cos(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        let (s, c) = f64::sin_cos(t);
        s * c + s
    }

    fn div_euclid(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        (t + 5.0).div_euclid(0.3) * t
    }

    fn midpoint(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        t.midpoint(3.0) * t
    }

    fn round_te(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        (t * 30.0).round_ties_even() * t
    }

    fn is_nan(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        if t.is_nan() || !t.is_finite() || t.is_sign_negative() && t.is_infinite() {
            return 0.0;
        }
        t * t
    }

    fn rem_euclid(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        t.rem_euclid(0.3) * t
    }

    fn hypot(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        t.hypot(2.0 * t * t)
    }

    fn mul_add(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        t.mul_add(t, t.sin())
    }

    fn trig(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum() * 0.1;
        t.asin() + t.acos() * t.atan() + t.tan() + t.atan2(2.0 * t * t)
    }

    fn hyper(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum() * 0.1;
        t.sinh() + t.cosh() * t.asinh() + (t.abs() + 2.0).acosh() + t.atanh()
    }

    fn logs(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum().abs() + 1.5;
        t.log2() + t.log10() * t.log(3.0) + t.exp2() + t.cbrt()
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), casts casts_and_grad, filled filled_and_grad, sin_cos sin_cos_and_grad,
sin_cos_field sin_cos_field_and_grad,
ufcs_sin_cos ufcs_sin_cos_and_grad,
div_euclid div_euclid_and_grad,
midpoint midpoint_and_grad,
round_te round_te_and_grad,
is_nan is_nan_and_grad,
rem_euclid rem_euclid_and_grad,
hypot hypot_and_grad,
mul_add mul_add_and_grad,
trig trig_and_grad,
hyper hyper_and_grad,
logs logs_and_grad);
}

#[test]
fn casts_to_another_float_have_gradients() {
    let (net, x) = (net(), uniform(2, 5));
    let (value, grads) = net.other_float_and_grad(&x);
    let (twice, expected) = net.half_squared_and_grad(&x);
    assert!((f64::from(value) - twice).abs() < 1e-5);
    for (one, other) in grads.parameters().zip(expected.parameters()) {
        assert!(one.as_slice().iter().zip(other.as_slice()).all(|(a, b)| (a - b).abs() < 1e-5));
    }
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(net, &x, sin_cos sin_cos_vjp, sin_cos_field sin_cos_field_vjp, ufcs_sin_cos ufcs_sin_cos_vjp, div_euclid div_euclid_vjp, midpoint midpoint_vjp, round_te round_te_vjp, is_nan is_nan_vjp, rem_euclid rem_euclid_vjp, hypot hypot_vjp, mul_add mul_add_vjp, trig trig_vjp, hyper hyper_vjp, logs logs_vjp);
}
