//! Distributions for new weights.

use rand::{Rng, RngExt};

use crate::Element;

/// The bound of new weights that sum up `inputs` numbers, and 0 where there are none, as in PyTorch.
pub(crate) fn bound_of(inputs: usize) -> f64 {
    if inputs == 0 { 0.0 } else { 1.0 / (inputs as f64).sqrt() }
}

/// Numbers drawn from the uniform distribution between `-bound` and `bound`.
pub(crate) fn uniform<E: Element, R: Rng + ?Sized>(rng: &mut R, bound: f64) -> impl FnMut() -> E {
    move || E::from_f64(bound * (2.0 * rng.random::<f64>() - 1.0))
}

/// Numbers drawn from the normal distribution of mean 0 and variance 1: Box and Muller's transformation.
pub(crate) fn normal<E: Element, R: Rng + ?Sized>(rng: &mut R) -> impl FnMut() -> E {
    let mut second = None;
    move || {
        if let Some(number) = second.take() {
            return number;
        }
        let radius = (-2.0 * libm::log(1.0 - rng.random::<f64>())).sqrt();
        let (sin, cos) = libm::sincos(std::f64::consts::TAU * rng.random::<f64>());
        second = Some(E::from_f64(radius * sin));
        E::from_f64(radius * cos)
    }
}
