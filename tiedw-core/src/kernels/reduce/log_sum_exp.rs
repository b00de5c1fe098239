//! The logarithm of a sum of exponentials.

use super::{Along, fold, in_parts, of_all, spread};
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
    in_parts(along, |first, rests| rests_of_part(x, along, first, &tops[first..], rests))
}

vectorized! {
    fn rests_of_part[E: Element](x: &[E], along: Along, first: usize, tops: &[E], rests: &mut [E]; mul_add) {
        if along.inner == 1 && along.size > 0 {
            let rows = x[first * along.size..].chunks_exact(along.size);
            for (rest, (x, &top)) in rests.iter_mut().zip(rows.zip(tops)) {
                // 0 is the maximum, or stands for an infinite one.
                *rest = if top != E::ZERO || largest(x) == top {
                    log_sum_exp(x, top, mul_add)
                } else {
                    let [sum] = sums(x, |x| [x.exp_by(mul_add)]);
                    sum.ln()
                };
            }
            return;
        }
        rests.fill(E::ZERO);
        for (at, start, width) in along.runs(first, first + rests.len()) {
            let (sums, tops) = (&mut rests[at..at + width], &tops[at..at + width]);
            for row in 0..along.size {
                let x = &x[start + row * along.inner..][..width];
                for ((sum, &top), &x) in sums.iter_mut().zip(tops).zip(x) {
                    *sum += (x - top).exp_by(mul_add);
                }
            }
            sums.iter_mut().for_each(|sum| *sum = sum.ln());
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
