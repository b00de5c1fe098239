//! Softmax, log-softmax and unit length along an axis other than the last, and their pullbacks.

use super::{Along, dots_along, fold, log_sum_exp::rests, spread, spread_assign, sums_along, times_along};
use crate::Element;
use crate::kernels::map;
use crate::pooled_vec::PooledVec;

/// exp(x) / Σ exp(x) along the axis.
pub(crate) fn softmax_along<E: Element>(x: &[E], along: Along) -> PooledVec<E> {
    let tops = largest_along(x, along);
    let mut y = spread(x, along, [&tops; 3], |x, [top, ..], mul_add| (x - top).exp_by(mul_add));
    let sums = sums_along(&y, along);
    let factors = map(&sums, |sum| E::ONE / sum);
    spread_assign(&mut y, &[], along, [&factors; 2], |y, _, [factor, _], _| y * factor);
    y
}

/// d <- y (d - Σ d y) along the axis, the pullback of the softmax y.
pub(crate) fn softmax_along_vjp<E: Element>(d: &mut [E], y: &[E], along: Along) {
    let dots = dots_along(d, y, along);
    spread_assign(d, y, along, [&dots; 2], |d, y, [dot, _], _| y * (d - dot));
}

/// x - ln Σ exp(x) along the axis.
pub(crate) fn log_softmax_along<E: Element>(x: &[E], along: Along) -> PooledVec<E> {
    let tops = largest_along(x, along);
    let rests = rests(x, along, &tops);
    spread(x, along, [&tops, &rests, &rests], |x, [top, rest, _], _| (x - top) - rest)
}

/// d <- d - exp(y) Σ d along the axis, the pullback of the log-softmax y.
pub(crate) fn log_softmax_along_vjp<E: Element>(d: &mut [E], y: &[E], along: Along) {
    let sums = sums_along(d, along);
    spread_assign(d, y, along, [&sums; 2], |d, y, [sum, _], mul_add| d - y.exp_by(mul_add) * sum);
}

/// x / max(‖x‖, `eps`) along the axis, and the norms.
pub(crate) fn normalize_along<E: Element>(x: &[E], along: Along, eps: E) -> [PooledVec<E>; 2] {
    let norms = map(&dots_along(x, x, along), |squares| squares.sqrt());
    let factors = map(&norms, factor(eps));
    [times_along(x, &factors, along), norms]
}

/// The pullback of [`normalize_along`], in place.
pub(crate) fn normalize_along_vjp<E: Element>(d: &mut [E], y: &[E], norms: &[E], along: Along, eps: E) {
    let mut dots = dots_along(d, y, along);
    for (dot, &norm) in dots.iter_mut().zip(norms) {
        if norm < eps {
            *dot = E::ZERO;
        }
    }
    let factors = map(norms, factor(eps));
    spread_assign(d, y, along, [&factors, &dots], |d, y, [factor, dot], _| factor * (d - y * dot));
}

fn factor<E: Element>(eps: E) -> impl Fn(E) -> E + Sync {
    move |norm| E::ONE / if norm < eps { eps } else { norm }
}

fn largest_along<E: Element>(x: &[E], along: Along) -> PooledVec<E> {
    fold(x, along, E::NEG_INFINITY, |x, y| if x > y { x } else { y })
}
