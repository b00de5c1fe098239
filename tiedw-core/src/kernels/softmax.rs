//! Softmax and log-softmax of rows, and their pullbacks.

use super::lanes::{divide_by_sum, largest, log_sum_exp, sums, sums2};
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// exp(x) / Σ exp(x) of each row of `width` elements.
#[inline]
pub(crate) fn softmax_rows<E: Element>(x: &[E], width: usize) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), width) {
        None => softmax_piece(x, &mut y, width),
        Some(size) => {
            parallel_for_each(x.chunks(size).zip(y.chunks_mut(size)), |(x, y)| softmax_piece(x, y, width))
        }
    }
    y
}

vectorized! {
    fn softmax_piece[E: Element](x: &[E], y: &mut [E], width: usize; mul_add) {
        for (x, y) in x.chunks_exact(width.max(1)).zip(y.chunks_exact_mut(width.max(1))) {
            let top = largest(x);
            for (y, &x) in y.iter_mut().zip(x) {
                *y = (x - top).exp_by(mul_add);
            }
            divide_by_sum(y);
        }
    }
}

/// d <- y (d - Σ d y) for each row, the pullback of the softmax y.
#[inline]
pub(crate) fn softmax_rows_vjp<E: Element>(d: &mut [E], y: &[E], width: usize) {
    match share_of_rows(d.len(), width) {
        None => softmax_piece_vjp(d, width, y, width),
        Some(size) => parallel_for_each(d.chunks_mut(size).zip(y.chunks(size)), |(d, y)| {
            softmax_piece_vjp(d, width, y, width)
        }),
    }
}

vectorized! {
    /// [`softmax_rows_vjp`] on this thread, for `y` with row stride `stride`.
    pub(super) fn softmax_piece_vjp[E: Element](d: &mut [E], width: usize, y: &[E], stride: usize) {
        for (d, y) in d.chunks_exact_mut(width.max(1)).zip(y.chunks_exact(stride.max(1))) {
            let y = &y[..d.len()];
            let [dot] = sums2(d, y, |d, y| [d * y]);
            for (d, &y) in d.iter_mut().zip(y) {
                *d = y * (*d - dot);
            }
        }
    }
}

/// x - ln Σ exp(x) of each row of `width` elements.
#[inline]
pub(crate) fn log_softmax_rows<E: Element>(x: &[E], width: usize) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), width) {
        None => log_softmax_piece(x, &mut y, width),
        Some(size) => {
            parallel_for_each(x.chunks(size).zip(y.chunks_mut(size)), |(x, y)| log_softmax_piece(x, y, width))
        }
    }
    y
}

vectorized! {
    fn log_softmax_piece[E: Element](x: &[E], y: &mut [E], width: usize; mul_add) {
        for (x, y) in x.chunks_exact(width.max(1)).zip(y.chunks_exact_mut(width.max(1))) {
            let top = largest(x);
            let log_sum = log_sum_exp(x, top, mul_add);
            for (y, &x) in y.iter_mut().zip(x) {
                *y = (x - top) - log_sum;
            }
        }
    }
}

/// d <- d - exp(y) Σ d for each row, the pullback of the log-softmax y.
#[inline]
pub(crate) fn log_softmax_rows_vjp<E: Element>(d: &mut [E], y: &[E], width: usize) {
    match share_of_rows(d.len(), width) {
        None => log_softmax_piece_vjp(d, y, width),
        Some(size) => parallel_for_each(d.chunks_mut(size).zip(y.chunks(size)), |(d, y)| {
            log_softmax_piece_vjp(d, y, width)
        }),
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
