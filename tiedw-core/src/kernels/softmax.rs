//! The softmax of rows, and its pullback.

use super::lanes::{largest, log_sum_exp, sums, sums2};
use super::simd::vectorized;
use crate::Element;

vectorized! {
    /// Each row of `width` numbers becomes exp(x) / Σ exp(x).
    pub(crate) fn softmax_rows[E: Element](x: &mut [E], width: usize; mul_add) {
        for row in x.chunks_exact_mut(width.max(1)) {
            let top = largest(row);
            for x in row.iter_mut() {
                *x = (*x - top).exp_by(mul_add);
            }
            let [sum] = sums(row, |x| [x]);
            let factor = E::ONE / sum;
            for x in row.iter_mut() {
                *x *= factor;
            }
        }
    }
}

vectorized! {
    /// Each row d becomes y (d - Σ d y), the pullback of the softmax y.
    pub(crate) fn softmax_rows_vjp[E: Element](d: &mut [E], y: &[E], width: usize) {
        for (d, y) in d.chunks_exact_mut(width.max(1)).zip(y.chunks_exact(width.max(1))) {
            let [dot] = sums2(d, y, |d, y| [d * y]);
            for (d, &y) in d.iter_mut().zip(y) {
                *d = y * (*d - dot);
            }
        }
    }
}

vectorized! {
    /// Each row becomes x - ln Σ exp(x).
    pub(crate) fn log_softmax_rows[E: Element](x: &mut [E], width: usize; mul_add) {
        for row in x.chunks_exact_mut(width.max(1)) {
            let top = largest(row);
            let log_sum = log_sum_exp(row, top, mul_add);
            for x in row.iter_mut() {
                *x = (*x - top) - log_sum;
            }
        }
    }
}

vectorized! {
    /// Each row d becomes d - exp(y) Σ d, the pullback of the logarithm y of a softmax.
    pub(crate) fn log_softmax_rows_vjp[E: Element](d: &mut [E], y: &[E], width: usize; mul_add) {
        for (d, y) in d.chunks_exact_mut(width.max(1)).zip(y.chunks_exact(width.max(1))) {
            let [sum] = sums(d, |d| [d]);
            for (d, &y) in d.iter_mut().zip(y) {
                *d -= y.exp_by(mul_add) * sum;
            }
        }
    }
}
