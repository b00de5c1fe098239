//! Closures that capture nothing, for functions of other crates and modules, which take them with or without a pullback.

use library::iterate;
use tiedw::prelude::*;

use crate::number_agrees;

type Numbers = Tensor<3, f64>;

mod elsewhere {
    use tiedw::prelude::*;

    #[differentiable]
    pub(super) fn applied(x: f64, f: impl Fn(f64) -> f64) -> f64 {
        f(x)
    }
}

#[differentiable]
fn of_numbers(x: f64) -> f64 {
    iterate::repeated(x, |t| t.sin() + 0.1 * t, 3)
}

#[differentiable]
fn with_branches(x: f64) -> f64 {
    let mut h = x;
    for times in 0..3 {
        h = iterate::repeated(h, |t| if t > 0.0 { t.sin() } else { -t * 0.5 }, times);
    }
    h
}

#[differentiable]
fn of_tuples(x: f64) -> f64 {
    iterate::product_of(x, |t| (t.sin(), 3.0 * t))
}

#[differentiable]
fn constant(x: f64) -> f64 {
    let rate = |step: usize| 0.1 * step as f64;
    iterate::scheduled(x, |step| 0.5 * step as f64, 3)
        + iterate::scheduled(x * x, rate, 2)
        + iterate::scheduled(x.sin(), |step| [0.5, 0.25, 0.1, 2.0][step], 3)
}

#[differentiable]
fn named(x: f64) -> f64 {
    let f = |t: f64| t.exp();
    let g = |t: f64| {
        let s = t.sin();
        s * s
    };
    iterate::repeated(x, f, 1)
        + iterate::repeated(x, &f, 2)
        + elsewhere::applied(x, g)
        + elsewhere::applied(x, f)
}

#[differentiable]
fn beside_others(x: f64) -> f64 {
    let k = x * 2.0;
    iterate::repeated(x, |t| t * k, 2)
        + iterate::repeated(x, |x| x.sin(), 2)
        + elsewhere::applied(x, |t| t.cos())
}

#[differentiable]
fn changed(h: &mut f64, k: f64) {
    *h = iterate::repeated(*h, |t| t * k, 2);
    *h = elsewhere::applied(*h, |t| t * k);
    *h = half(*h) + *h * 2.0;
}

#[differentiable]
fn half(x: f64) -> f64 {
    x * x * 0.5
}

#[differentiable]
fn of_a_copy(x: f64) -> f64 {
    let mut h = x;
    changed(&mut h, x);
    h
}

#[test]
fn gradients_agree() {
    number_agrees!(of_numbers of_numbers_vjp, with_branches with_branches_vjp, of_tuples of_tuples_vjp, constant constant_vjp,
        named named_vjp, beside_others beside_others_vjp, of_a_copy of_a_copy_vjp);
}
