use tiedw::prelude::*;

use crate::check::{check_op, random, rng};

/// Checks one row of one feature, odd sizes, and more elements than a SIMD register holds.
macro_rules! activation {
    ($name:ident, $vjp:ident, |$x:ident| $domain:expr) => {
        #[test]
        fn $name() {
            let at = |$x: Tensor<1, f64>| $domain;
            let x = at(random::<1>(&[1], &mut rng()));
            check_op!([x], x.$name(), x.$vjp(), [true]);
            let at = |$x: Tensor<7, f64>| $domain;
            let x = at(random::<7>(&[3, 1], &mut rng()));
            check_op!([x], x.$name(), x.$vjp(), [true]);
            let at = |$x: Tensor<53, f64>| $domain;
            let x = at(random::<53>(&[2], &mut rng()));
            check_op!([x], x.$name(), x.$vjp(), [true]);
        }
    };
}
activation!(gelu, gelu_vjp, |x| x);
activation!(gelu_tanh, gelu_tanh_vjp, |x| x);
activation!(silu, silu_vjp, |x| x);
activation!(sigmoid, sigmoid_vjp, |x| x);
activation!(tanh, tanh_vjp, |x| x);
activation!(softmax, softmax_vjp, |x| x);
activation!(log_softmax, log_softmax_vjp, |x| x);
activation!(exp, exp_vjp, |x| x);
activation!(ln, ln_vjp, |x| x.map(|x| x + 2.1));
activation!(sqrt, sqrt_vjp, |x| x.map(|x| x + 2.1));
activation!(abs, abs_vjp, |x| x.map(|x| if x.abs() < 0.01 { 0.5 } else { x }));

#[test]
fn powi() {
    let x = random::<5>(&[3], &mut rng());
    for exponent in [-2, 0, 1, 2, 5] {
        let x = x.map(|x| if x.abs() < 0.2 { 0.5 } else { x });
        check_op!([x], x.powi(exponent), x.powi_vjp(exponent), [true, false]);
    }
}

#[test]
fn clamp() {
    let (x, low, high) = (random::<5>(&[7], &mut rng()), -0.7123, 0.3456);
    check_op!([x, low, high], x.clamp(*low, *high), x.clamp_vjp(*low, *high), [true, true, true]);
}

#[test]
fn nan_and_infinity_travel() {
    let x = Tensor::<4>::from_vec([1], vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0]);
    let y = |y: Tensor<4>| y.into_vec();
    let same = |ours: Vec<f32>, expected: [f32; 4]| {
        let pairs = ours.iter().zip(&expected);
        assert!(pairs.clone().all(|(a, b)| a == b || a.is_nan() && b.is_nan()), "{ours:?} {expected:?}");
    };
    let (nan, infinity) = (f32::NAN, f32::INFINITY);
    same(y(x.gelu()), [nan, infinity, nan, 0.0]);
    same(y(x.gelu_tanh()), [nan, infinity, nan, 0.0]);
    same(y(x.silu()), [nan, infinity, nan, 0.0]);
    same(y(x.exp()), [nan, infinity, 0.0, 1.0]);
    same(y(x.ln()), [nan, infinity, nan, -infinity]);
    same(y(x.sqrt()), [nan, infinity, nan, 0.0]);
    same(y(x.abs()), [nan, infinity, infinity, 0.0]);
    same(y(x.clamp(-1.0, 1.0)), [nan, 1.0, -1.0, 0.0]);
    same(y(x.tanh()), [nan, 1.0, -1.0, 0.0]);
    same(y(x.softmax()), [nan; 4]);
    same(y(x.log_softmax()), [nan; 4]);
    let x = Tensor::<4>::from_vec([1], vec![-infinity, 1.0, 1.0, -infinity]);
    same(y(x.softmax()), [0.0, 0.5, 0.5, 0.0]);
    same(y(Tensor::<4>::full([1], -infinity).softmax()), [nan; 4]);
}
