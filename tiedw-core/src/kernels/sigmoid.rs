//! The sigmoid, from an exponential that cannot overflow.

use crate::Element;

/// 1 / (1 + exp(-x)).
#[inline(always)]
pub(crate) fn sigmoid<E: Element>(x: E) -> E {
    let e = (-x.abs()).exp();
    (if x < E::ZERO { e } else { E::ONE }) / (E::ONE + e)
}
