//! Draws elements from distributions.

use rand::{Rng, RngExt};

use crate::Element;

/// Returns PyTorch's bound for weights with fan-in `inputs`, 1/√inputs, or 0 without inputs.
pub(crate) fn bound_of(inputs: usize) -> f64 {
    if inputs == 0 { 0.0 } else { 1.0 / (inputs as f64).sqrt() }
}

/// Draws elements from the uniform distribution between `-bound` and `bound`.
pub(crate) fn uniform<E: Element, R: Rng + ?Sized>(rng: &mut R, bound: f64) -> impl FnMut() -> E {
    move || E::from_f64(bound * (2.0 * rng.random::<f64>() - 1.0))
}

/// Draws elements from the standard normal distribution, by the Box-Muller transform.
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
