//! Functions that apply a function which the caller passes.

use tiedw::prelude::*;

/// Applies a function several times.
#[differentiable]
pub fn iterated<const F: usize, E: Element>(
    start: &Tensor<F, E>,
    steps: usize,
    f: impl Fn(&Tensor<F, E>) -> Tensor<F, E>,
) -> Tensor<F, E> {
    let mut z = start.clone();
    for _ in 0..steps {
        z = f(&z);
    }
    z
}

/// Solves z' = f(z, t) from t = 0 to 1 by steps of Heun's method.
#[differentiable]
pub fn solved<const F: usize, E: Element>(
    start: &Tensor<F, E>,
    steps: usize,
    f: impl Fn(&Tensor<F, E>, E) -> Tensor<F, E>,
) -> Tensor<F, E> {
    let dt = E::ONE / E::from_f64(steps as f64);
    let mut z = start.clone();
    for step in 0..steps {
        let t = E::from_f64(step as f64) * dt;
        let slope = f(&z, t);
        let next = f(&(&z + &slope * dt), t + dt);
        z += (slope + next) * (dt / E::from_f64(2.0));
    }
    z
}

/// Applies a function of numbers several times.
#[differentiable]
pub fn repeated<E: Element>(x: E, f: impl Fn(E) -> E, times: usize) -> E {
    let mut x = x;
    for _ in 0..times {
        x = f(x);
    }
    x
}

/// Scales a number by a schedule, which has no gradient.
#[differentiable]
pub fn scheduled(x: f64, #[constant] rate: impl Fn(usize) -> f64, step: usize) -> f64 {
    x * rate(step)
}

/// The product of the two numbers that a function returns.
#[differentiable]
pub fn product_of(x: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (a, b) = f(x);
    a * b
}
