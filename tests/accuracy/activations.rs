//! Accuracy of elementwise functions and their derivatives.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI, SQRT_2};
use std::ops::RangeInclusive;

use tiedw::Tensor;

use crate::arguments::{sweep, thin};
use crate::bounds::Worst;

/// Short tensors take other loops than long ones.
const SHORT: usize = 7;

fn tensors(values: &[f32], size: usize) -> impl Iterator<Item = Tensor<1>> {
    values.chunks(size).map(|values| Tensor::from_vec([values.len()], values.to_vec()))
}

/// Checks the function on each of the ranges, each with its own bound.
fn check_ranges<const N: usize>(
    ranges: [(&'static str, RangeInclusive<f32>); N],
    ours: impl Fn(&Tensor<1>) -> Tensor<1>,
    exact: impl Fn(f64) -> f64,
) {
    let mut ranges = ranges.map(|(name, range)| (Worst::of(name), range));
    for x in tensors(&sweep(), 1 << 20).chain(tensors(&thin(), SHORT)) {
        for (&x, &y) in x.as_slice().iter().zip(ours(&x).as_slice()) {
            let exact = exact(x.into());
            for (worst, range) in &mut ranges {
                if range.contains(&x) {
                    worst.see(y, exact, exact.abs(), || format!("{x:e}"));
                }
            }
        }
    }
    ranges.into_iter().for_each(|(worst, _)| worst.check());
}

/// Checks the function over the whole range.
fn check(name: &'static str, ours: impl Fn(&Tensor<1>) -> Tensor<1>, exact: impl Fn(f64) -> f64) {
    check_ranges([(name, f32::MIN..=f32::MAX)], ours, exact);
}

/// Checks the derivative, whose terms have magnitude 1, for arguments up to the given magnitude.
macro_rules! check_derivative {
    ($name:literal, $vjp:ident, $exact:expr) => {
        check_derivative!($name, $vjp, $exact, f32::MAX)
    };
    ($name:literal, $vjp:ident, $exact:expr, $farthest:expr) => {
        let mut worst = Worst::of($name);
        for x in tensors(&sweep(), 1 << 20).chain(tensors(&thin(), SHORT)) {
            let (y, pullback) = x.$vjp();
            let (d,) = pullback(y.map(|_| 1.0), [true]);
            let d = d.expect("a wanted cotangent");
            for (&x, &d) in x.as_slice().iter().zip(d.as_slice()).filter(|(x, _)| x.abs() <= $farthest) {
                worst.see(d, $exact(f64::from(x)), 1.0, || format!("{x:e}"));
            }
        }
        worst.check();
    };
}

/// Checks signed zeros, the limits at the infinities, and that NaN gives NaN.
fn check_edges(ours: impl Fn(&Tensor<1>) -> Tensor<1>, [zero, minus_zero, right, left]: [f32; 4]) {
    let edges = [(0.0, zero), (-0.0, minus_zero), (f32::INFINITY, right), (f32::NEG_INFINITY, left)];
    for (x, expected) in edges {
        for count in [1, 100] {
            let y = ours(&Tensor::from_vec([count], vec![x; count]));
            let same = |y: &f32| y.to_bits() == expected.to_bits() || y.is_nan() && expected.is_nan();
            assert!(y.as_slice().iter().all(same), "at {x}: {y:?}, not {expected}");
        }
    }
    for count in [1, 100] {
        assert!(
            ours(&Tensor::from_vec([count], vec![f32::NAN; count])).as_slice().iter().all(|y| y.is_nan())
        );
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn exp() {
    check("exp", Tensor::exp, f64::exp);
    check_edges(Tensor::exp, [1.0, 1.0, f32::INFINITY, 0.0]);
}

#[test]
fn ln() {
    check("ln", Tensor::ln, f64::ln);
    check_edges(Tensor::ln, [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::NAN]);
}

#[test]
fn tanh() {
    check("tanh", Tensor::tanh, f64::tanh);
    check_edges(Tensor::tanh, [0.0, -0.0, 1.0, -1.0]);
    check_derivative!("derivative of tanh", tanh_vjp, |x: f64| x.cosh().powi(-2));
}

#[test]
fn relatives_of_exp_and_ln() {
    check("expm1", Tensor::expm1, f64::exp_m1);
    check_edges(Tensor::expm1, [0.0, -0.0, f32::INFINITY, -1.0]);
    check("log1p", Tensor::log1p, f64::ln_1p);
    check_edges(Tensor::log1p, [0.0, -0.0, f32::INFINITY, f32::NAN]);
}

#[test]
fn powers_and_logarithms_to_other_bases() {
    check("exp2", Tensor::exp2, f64::exp2);
    check_edges(Tensor::exp2, [1.0, 1.0, f32::INFINITY, 0.0]);
    check("log2", Tensor::log2, f64::log2);
    check_edges(Tensor::log2, [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::NAN]);
    check("log10", Tensor::log10, f64::log10);
    check_edges(Tensor::log10, [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::NAN]);
}

#[test]
fn hyperbolic() {
    check("sinh", Tensor::sinh, f64::sinh);
    check_edges(Tensor::sinh, [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY]);
    check("cosh", Tensor::cosh, f64::cosh);
    check_edges(Tensor::cosh, [1.0, 1.0, f32::INFINITY, f32::INFINITY]);
}

#[test]
fn inverse_hyperbolic() {
    check("asinh", Tensor::asinh, libm::asinh);
    check_edges(Tensor::asinh, [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY]);
    check("acosh", Tensor::acosh, f64::acosh);
    check_edges(Tensor::acosh, [f32::NAN, f32::NAN, f32::INFINITY, f32::NAN]);
    check("atanh", Tensor::atanh, libm::atanh);
    check_edges(Tensor::atanh, [0.0, -0.0, f32::NAN, f32::NAN]);
}

#[test]
fn cube_root() {
    check("cbrt", Tensor::cbrt, f64::cbrt);
    check_edges(Tensor::cbrt, [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY]);
}

#[test]
fn inverse_trigonometric() {
    check("asin", Tensor::asin, f64::asin);
    check_edges(Tensor::asin, [0.0, -0.0, f32::NAN, f32::NAN]);
    check("acos", Tensor::acos, f64::acos);
    check_edges(Tensor::acos, [PI as f32 / 2.0, PI as f32 / 2.0, f32::NAN, f32::NAN]);
    check("atan", Tensor::atan, f64::atan);
    check_edges(Tensor::atan, [0.0, -0.0, PI as f32 / 2.0, PI as f32 / -2.0]);
}

#[test]
fn trigonometric() {
    check("sin", Tensor::sin, f64::sin);
    check_edges(Tensor::sin, [0.0, -0.0, f32::NAN, f32::NAN]);
    check("cos", Tensor::cos, f64::cos);
    check_edges(Tensor::cos, [1.0, 1.0, f32::NAN, f32::NAN]);
    check("tan", Tensor::tan, f64::tan);
    check_edges(Tensor::tan, [0.0, -0.0, f32::NAN, f32::NAN]);
    check_derivative!("derivative of sin", sin_vjp, f64::cos);
    check_derivative!("derivative of cos", cos_vjp, |x: f64| -x.sin());
}

#[test]
fn erf() {
    check("erf", Tensor::erf, libm::erf);
    check_edges(Tensor::erf, [0.0, -0.0, 1.0, -1.0]);
    check_derivative!("derivative of erf", erf_vjp, |x: f64| FRAC_2_SQRT_PI * (-x * x).exp());
    check("erfc", Tensor::erfc, libm::erfc);
    check_edges(Tensor::erfc, [1.0, 1.0, 0.0, 2.0]);
}

#[test]
fn softplus_and_relatives() {
    let softplus = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
    check("softplus", Tensor::softplus, softplus);
    check_edges(Tensor::softplus, [2.0_f32.ln(), 2.0_f32.ln(), f32::INFINITY, 0.0]);
    check_derivative!("derivative of softplus", softplus_vjp, sigmoid);
    check("log_sigmoid", Tensor::log_sigmoid, |x| -softplus(-x));
    check_derivative!("derivative of log_sigmoid", log_sigmoid_vjp, |x: f64| sigmoid(-x));
    check("mish", Tensor::mish, |x| x * softplus(x).tanh());
    check_edges(Tensor::mish, [0.0, -0.0, f32::INFINITY, f32::NAN]);
    check_derivative!("derivative of mish", mish_vjp, |x: f64| {
        let tanh = softplus(x).tanh();
        tanh + x * (1.0 - tanh * tanh) * sigmoid(x)
    });
}

#[test]
fn elu() {
    let elu = |x: f64| if x > 0.0 { x } else { 1.5 * x.exp_m1() };
    check("elu", |x| x.elu(1.5), elu);
    check_edges(|x| x.elu(1.5), [0.0, -0.0, f32::INFINITY, -1.5]);
}

#[test]
fn powf() {
    for exponent in [1.7_f32, -0.3, 0.01, 3.0, -2.0, 1.0, 0.0, 11.5, 1e6, -1e30] {
        check("powf", |x| x.powf(exponent), |x| x.powf(exponent.into()));
        let edge = |x: f32| x.powf(exponent);
        for count in [1, 100] {
            for x in [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
                let y = Tensor::<1>::full([count], x).powf(exponent);
                let same = |y: &f32| y.to_bits() == edge(x).to_bits() || y.is_nan() && edge(x).is_nan();
                assert!(y.as_slice().iter().all(same), "{x} to the power {exponent}: {y:?}");
            }
        }
    }
    assert_eq!(
        Tensor::<3>::from_vec([], vec![0.5, 1.0, 2.0]).powf(f32::INFINITY).as_slice(),
        [0.0, 1.0, f32::INFINITY]
    );
    check("rsqrt", Tensor::rsqrt, |x| 1.0 / x.sqrt());
}

#[test]
fn the_sigmoid() {
    check("sigmoid", Tensor::sigmoid, sigmoid);
    check_edges(Tensor::sigmoid, [0.5, 0.5, 1.0, 0.0]);
    check_derivative!("derivative of sigmoid", sigmoid_vjp, |x| sigmoid(x) * sigmoid(-x));
}

// At -∞ the next three functions are NaN, as in PyTorch: `golden/not_finite.rs`.

#[test]
fn silu() {
    check("silu", Tensor::silu, |x| x * sigmoid(x));
    check_edges(Tensor::silu, [0.0, -0.0, f32::INFINITY, f32::NAN]);
    check_derivative!("derivative of silu", silu_vjp, |x| sigmoid(x) * (1.0 + x * sigmoid(-x)));
}

#[test]
fn gelu() {
    let cdf = |x: f64| libm::erfc(-x * FRAC_1_SQRT_2) / 2.0;
    check("gelu", Tensor::gelu, |x| x * cdf(x));
    check_edges(Tensor::gelu, [0.0, -0.0, f32::INFINITY, f32::NAN]);
    let density = |x: f64| (-x * x / 2.0).exp() / (PI.sqrt() * SQRT_2);
    check_derivative!("derivative of gelu", gelu_vjp, |x| cdf(x) + x * density(x));
}

#[test]
fn gelu_by_tanh() {
    // (1 + tanh u) / 2 is the sigmoid of 2u.
    let twice = |x: f64| (8.0 / PI).sqrt() * (x + 0.044715 * x * x * x);
    let ranges = [
        ("gelu_tanh", -3.0..=f32::MAX),
        ("gelu_tanh below -3", -5.0..=-3.0),
        ("gelu_tanh below -5", f32::MIN..=-5.0),
    ];
    check_ranges(ranges, Tensor::gelu_tanh, |x| x * sigmoid(twice(x)));
    check_edges(Tensor::gelu_tanh, [0.0, -0.0, f32::INFINITY, f32::NAN]);
    let derivative = |x: f64| {
        let slope = (8.0 / PI).sqrt() * (1.0 + 3.0 * 0.044715 * x * x);
        let u = twice(x);
        sigmoid(u) + x * sigmoid(u) * sigmoid(-u) * slope
    };
    // If x² overflows, the derivative is NaN, as in PyTorch.
    check_derivative!("derivative of gelu_tanh", gelu_tanh_vjp, derivative, 1.8e19);
}
