//! The cross entropy of rows of logits, and its pullback.

use super::lanes::{largest, log_sum_exp};
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The pairs (max x, ln Σ exp(x - max x)) of all rows. They are kept apart, since their sum would round the second
/// away.
#[inline]
pub(crate) fn log_sum_exp_rows<E: Element>(x: &[E], width: usize) -> PooledVec<E> {
    let mut parts = PooledVec::unset(2 * (x.len() / width.max(1)));
    match share_of_rows(x.len(), width) {
        None => log_sum_exp_piece(x, width, &mut parts),
        Some(size) => {
            let pieces = x.chunks(size).zip(parts.chunks_mut(2 * size / width));
            parallel_for_each(pieces, |(x, parts)| log_sum_exp_piece(x, width, parts));
        }
    }
    parts
}

vectorized! {
    fn log_sum_exp_piece[E: Element](x: &[E], width: usize, parts: &mut [E]; mul_add) {
        for (row, parts) in x.chunks_exact(width.max(1)).zip(parts.as_chunks_mut().0) {
            let top = largest(row);
            *parts = [top, log_sum_exp(row, top, mul_add)];
        }
    }
}

/// factor · exp(x - ln Σ exp(x)) - shift, with `parts` from [`log_sum_exp_rows`], and one factor and shift per row.
#[inline]
pub(crate) fn softmax_of_parts<E: Element>(
    x: &[E],
    width: usize,
    parts: &[E],
    factors: &[E],
    shifts: &[E],
) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), width) {
        None => softmax_of_parts_piece(x, width, parts, factors, shifts, &mut y),
        Some(size) => {
            let rows = size / width;
            let of_rows = parts.chunks(2 * rows).zip(factors.chunks(rows).zip(shifts.chunks(rows)));
            parallel_for_each(
                x.chunks(size).zip(y.chunks_mut(size)).zip(of_rows),
                |((x, y), (parts, (factors, shifts)))| {
                    softmax_of_parts_piece(x, width, parts, factors, shifts, y);
                },
            );
        }
    }
    y
}

vectorized! {
    fn softmax_of_parts_piece[E: Element](
        x: &[E],
        width: usize,
        parts: &[E],
        factors: &[E],
        shifts: &[E],
        y: &mut [E];
        mul_add
    ) {
        let rows = y.chunks_exact_mut(width.max(1)).zip(x.chunks_exact(width.max(1)));
        for ((y, x), (&[top, log_sum], (&factor, &shift))) in rows.zip(parts.as_chunks().0.iter().zip(factors.iter().zip(shifts))) {
            // A row with factor 0 has no gradient, even if a logit is infinite.
            if factor.vanishes() {
                y.fill(E::ZERO);
                continue;
            }
            for (y, &x) in y.iter_mut().zip(x) {
                *y = factor * ((x - top) - log_sum).exp_by(mul_add) - shift;
            }
        }
    }
}
