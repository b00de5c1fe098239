//! Distributions for new weights.

use rand::{Rng, RngExt};

use crate::Element;

/// Numbers drawn from the uniform distribution between `-bound` and `bound`.
pub(crate) fn uniform<E: Element, R: Rng + ?Sized>(rng: &mut R, bound: f64) -> impl FnMut() -> E {
    move || E::from_f64(bound * (2.0 * rng.random::<f64>() - 1.0))
}
