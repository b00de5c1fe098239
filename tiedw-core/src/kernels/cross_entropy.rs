//! The cross entropy of rows of logits, and its pullback.

use super::lanes::{largest, log_sum_exp};
use super::simd::vectorized;
use crate::Element;
use crate::buffer::Buffer;

vectorized! {
    /// The largest x of each row, and ln Σ exp(x - largest), one after the other: their sum would round the second
    /// away.
    pub(crate) fn log_sum_exp_rows[E: Element](x: &[E], width: usize; mul_add) -> Buffer<E> {
        let mut parts = Buffer::with_capacity(2 * (x.len() / width.max(1)));
        for row in x.chunks_exact(width.max(1)) {
            let top = largest(row);
            parts.extend_from_slice(&[top, log_sum_exp(row, top, mul_add)]);
        }
        parts
    }
}

vectorized! {
    /// factor · exp(x - ln Σ exp(x)) - shift of each row, with the factor of the row, from the parts above.
    pub(crate) fn softmax_of_parts[E: Element](
        x: &[E],
        width: usize,
        parts: &[E],
        factors: &[E],
        shifts: &[E];
        mul_add
    ) -> Buffer<E> {
        let mut y = Buffer::unset(x.len());
        let rows = y.chunks_exact_mut(width.max(1)).zip(x.chunks_exact(width.max(1)));
        for ((y, x), (&[top, log_sum], (&factor, &shift))) in rows.zip(parts.as_chunks().0.iter().zip(factors.iter().zip(shifts))) {
            // Also where a logit is infinite, a row that does not count is 0.
            if factor == E::ZERO {
                y.fill(E::ZERO);
                continue;
            }
            for (y, &x) in y.iter_mut().zip(x) {
                *y = factor * ((x - top) - log_sum).exp_by(mul_add) - shift;
            }
        }
        y
    }
}
