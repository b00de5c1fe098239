//! The softmax of rows, and its pullback.

use super::lanes::{largest, log_sum_exp, sums, sums2};
use super::rows::share_of_rows;
use super::simd::vectorized;
use crate::Element;
use crate::parallel::chunks;

/// Each row of `width` numbers becomes exp(x) / Σ exp(x).
#[inline]
pub(crate) fn softmax_rows<E: Element>(x: &mut [E], width: usize) {
    match share_of_rows(x.len(), width) {
        None => softmax_piece(x, width),
        Some(size) => chunks(x.chunks_mut(size), |x| softmax_piece(x, width)),
    }
}

vectorized! {
    fn softmax_piece[E: Element](x: &mut [E], width: usize; mul_add) {
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

/// Each row d becomes y (d - Σ d y), the pullback of the softmax y.
#[inline]
pub(crate) fn softmax_rows_vjp<E: Element>(d: &mut [E], y: &[E], width: usize) {
    match share_of_rows(d.len(), width) {
        None => softmax_piece_vjp(d, y, width),
        Some(size) => chunks(d.chunks_mut(size).zip(y.chunks(size)), |(d, y)| softmax_piece_vjp(d, y, width)),
    }
}

vectorized! {
    fn softmax_piece_vjp[E: Element](d: &mut [E], y: &[E], width: usize) {
        for (d, y) in d.chunks_exact_mut(width.max(1)).zip(y.chunks_exact(width.max(1))) {
            let [dot] = sums2(d, y, |d, y| [d * y]);
            for (d, &y) in d.iter_mut().zip(y) {
                *d = y * (*d - dot);
            }
        }
    }
}

/// Each row becomes x - ln Σ exp(x).
#[inline]
pub(crate) fn log_softmax_rows<E: Element>(x: &mut [E], width: usize) {
    match share_of_rows(x.len(), width) {
        None => log_softmax_piece(x, width),
        Some(size) => chunks(x.chunks_mut(size), |x| log_softmax_piece(x, width)),
    }
}

vectorized! {
    fn log_softmax_piece[E: Element](x: &mut [E], width: usize; mul_add) {
        for row in x.chunks_exact_mut(width.max(1)) {
            let top = largest(row);
            let log_sum = log_sum_exp(row, top, mul_add);
            for x in row.iter_mut() {
                *x = (*x - top) - log_sum;
            }
        }
    }
}

/// Each row d becomes d - exp(y) Σ d, the pullback of the logarithm y of a softmax.
#[inline]
pub(crate) fn log_softmax_rows_vjp<E: Element>(d: &mut [E], y: &[E], width: usize) {
    match share_of_rows(d.len(), width) {
        None => log_softmax_piece_vjp(d, y, width),
        Some(size) => {
            chunks(d.chunks_mut(size).zip(y.chunks(size)), |(d, y)| log_softmax_piece_vjp(d, y, width))
        }
    }
}

vectorized! {
    fn log_softmax_piece_vjp[E: Element](d: &mut [E], y: &[E], width: usize; mul_add) {
        for (d, y) in d.chunks_exact_mut(width.max(1)).zip(y.chunks_exact(width.max(1))) {
            let [sum] = sums(d, |d| [d]);
            for (d, &y) in d.iter_mut().zip(y) {
                *d -= y.exp_by(mul_add) * sum;
            }
        }
    }
}
