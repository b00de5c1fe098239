//! The logarithm of a sum of exponentials.

use super::{Along, fold, in_parts, of_all, spread, sums_of_columns};
use crate::Element;
use crate::kernels::lanes::{largest, log_sum_exp, sums};
use crate::kernels::simd::vectorized;
use crate::kernels::{map, zip};
use crate::pooled_vec::PooledVec;

/// ln Σ exp(x) along the axis, as the maximum and the rest, ln Σ exp(x - maximum). They are kept apart, since their sum would
/// round digits of the rest away. An infinite maximum is in the rest, and 0 stands for it.
pub(crate) fn log_sum_exp_along<E: Element>(x: &[E], along: Along) -> [PooledVec<E>; 2] {
    let tops = fold(x, along, E::NEG_INFINITY, |x, y| if x > y { x } else { y });
    let tops = map(&tops, |top| if top.abs() == -E::NEG_INFINITY { E::ZERO } else { top });
    let rests = rests(x, along, &tops);
    [tops, rests]
}

/// ln Σ exp(x - top) along the axis.
pub(super) fn rests<E: Element>(x: &[E], along: Along, tops: &[E]) -> PooledVec<E> {
    if along.inner == 1 {
        return in_parts(along, |first, rests| {
            rests_of_rows(&x[first * along.size..], along.size, &tops[first..], rests)
        });
    }
    let sums = sums_of_columns(along, |[start, result], count, sums| {
        add_exponentials(&x[start..], along.inner, count, &tops[result..], sums);
    });
    map(&sums, |sum| sum.ln())
}

vectorized! {
    fn rests_of_rows[E: Element](x: &[E], size: usize, tops: &[E], rests: &mut [E]; mul_add) {
        if size == 0 {
            return rests.fill(E::NEG_INFINITY);
        }
        for (rest, (x, &top)) in rests.iter_mut().zip(x.chunks_exact(size).zip(tops)) {
            // 0 is the maximum, or stands for an infinite one.
            *rest = if top != E::ZERO || largest(x) == top {
                log_sum_exp(x, top, mul_add)
            } else {
                let [sum] = sums(x, |x| [x.exp_by(mul_add)]);
                sum.ln()
            };
        }
    }
}

vectorized! {
    /// Adds exp(x - top) of `count` rows, `stride` apart.
    fn add_exponentials[E: Element](x: &[E], stride: usize, count: usize, tops: &[E], sums: &mut [E]; mul_add) {
        let width = sums.len();
        for row in 0..count {
            let x = &x[row * stride..][..width];
            for ((sum, &top), &x) in sums.iter_mut().zip(&tops[..width]).zip(x) {
                *sum += (x - top).exp_by(mul_add);
            }
        }
    }
}

/// ln Σ exp(x) of all elements.
pub(crate) fn log_sum_exp_of_all<E: Element>(x: &[E]) -> E {
    of_all(x, |x, along| {
        let [tops, rests] = log_sum_exp_along(x, along);
        zip(&tops, &rests, |top, rest| top + rest)
    })
}

/// d exp(x - ln Σ exp(x)), with the parts of the logarithm.
pub(crate) fn log_sum_exp_vjp<E: Element>(
    x: &[E],
    along: Along,
    [tops, rests]: [&[E]; 2],
    d: &[E],
) -> PooledVec<E> {
    spread(x, along, [tops, rests, d], |x, [top, rest, d], mul_add| d * ((x - top) - rest).exp_by(mul_add))
}
