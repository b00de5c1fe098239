//! The sigmoid and its relatives, computed without overflow.

use super::simd::MulAdd;
use crate::Element;

/// 1 / (1 + exp(-x)).
#[inline(always)]
pub(crate) fn sigmoid<E: Element>(x: E, mul_add: MulAdd) -> E {
    let e = (-x.magnitude()).exp_by(mul_add);
    (if x < E::ZERO { e } else { E::ONE }) / (E::ONE + e)
}

/// The sigmoids of `x` and of `-x`; the second is 1 minus the first, without cancellation.
#[inline(always)]
pub(crate) fn sigmoids<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    let e = (-x.magnitude()).exp_by(mul_add);
    let large = E::ONE / (E::ONE + e);
    let small = e * large;
    if x < E::ZERO { (small, large) } else { (large, small) }
}

/// ln(1 + exp(-|x|)): what softplus adds to max(x, 0).
#[inline(always)]
pub(crate) fn softplus_tail<E: Element>(x: E, mul_add: MulAdd) -> E {
    (-x.magnitude()).exp_by(mul_add).ln_1p_of_unit_by(mul_add)
}
