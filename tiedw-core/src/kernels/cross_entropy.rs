//! The cross entropy of rows of logits, and its pullback.

use super::lanes::{largest, sums};
use super::simd::vectorized;
use crate::Element;

vectorized! {
    /// The largest x of each row, and ln Σ exp(x - largest): two parts, for their sum would round the second away.
    pub(crate) fn log_sum_exp_rows[E: Element](x: &[E], width: usize) -> Vec<(E, E)> {
        let mut parts = Vec::with_capacity(x.len() / width.max(1));
        for row in x.chunks_exact(width.max(1)) {
            let top = largest(row);
            let [sum] = sums(row, |x| [(x - top).exp()]);
            parts.push((top, sum.ln()));
        }
        parts
    }
}

vectorized! {
    /// factor · exp(x - ln Σ exp(x)) - shift of each row, with the factor of the row, from the parts above.
    pub(crate) fn softmax_of_parts[E: Element](
        x: &[E],
        width: usize,
        parts: &[(E, E)],
        factors: &[E],
        shifts: &[E],
    ) -> Vec<E> {
        let mut y = vec![E::ZERO; x.len()];
        let rows = y.chunks_exact_mut(width.max(1)).zip(x.chunks_exact(width.max(1)));
        for ((y, x), (&(top, log_sum), (&factor, &shift))) in rows.zip(parts.iter().zip(factors.iter().zip(shifts))) {
            // Also where a logit is infinite, a row that does not count is 0.
            if factor == E::ZERO {
                continue;
            }
            for (y, &x) in y.iter_mut().zip(x) {
                *y = factor * ((x - top) - log_sum).exp() - shift;
            }
        }
        y
    }
}
