//! Gated linear units of rows: one of their halves a and b times a function of the other one.

use super::rows::share_of_rows;
use super::sigmoid::{sigmoid, sigmoids};
use super::simd::{MulAdd, vectorized};
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Which half of a row the function is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Gate {
    First,
    Second,
}

impl Gate {
    /// The half that is a factor, and the one that the function is of.
    #[inline(always)]
    fn of<T>(self, (a, b): (T, T)) -> (T, T) {
        if self == Gate::First { (b, a) } else { (a, b) }
    }
}

/// a · sigmoid(b) of each row of twice `half` elements.
pub(crate) fn glu_rows<E: Element>(x: &[E], half: usize) -> PooledVec<E> {
    gated_rows(x, half, Gate::Second, sigmoid)
}

/// d sigmoid(b) and d a sigmoid(b) sigmoid(-b), the pullback of [`glu_rows`].
pub(crate) fn glu_rows_vjp<E: Element>(x: &[E], half: usize, d: &[E]) -> PooledVec<E> {
    gated_rows_vjp(x, half, d, Gate::Second, sigmoid_and_slope)
}

#[inline(always)]
fn sigmoid_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    let (gate, rest) = sigmoids(x, mul_add);
    (gate, gate * rest)
}

/// One half of each row of twice `half` elements times `f` of the other one. `f` must be inlined, or it is slow.
pub(crate) fn gated_rows<E: Element>(
    x: &[E],
    half: usize,
    gate: Gate,
    f: impl Fn(E, MulAdd) -> E + Copy + Sync,
) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len() / 2);
    match share_of_rows(x.len(), 2 * half) {
        None => gated_part(x, half, gate, f, &mut y),
        Some(share) => {
            parallel_for_each(x.chunks(share).zip(y.chunks_mut(share / 2)), |(x, y)| {
                gated_part(x, half, gate, f, y);
            });
        }
    }
    y
}

vectorized! {
    fn gated_part[E: Element, F: Fn(E, MulAdd) -> E](x: &[E], half: usize, gate: Gate, f: F, y: &mut [E]; mul_add) {
        for (x, y) in x.chunks_exact(2 * half.max(1)).zip(y.chunks_exact_mut(half.max(1))) {
            let (factor, gated) = gate.of(x.split_at(half));
            for ((y, &factor), &gated) in y.iter_mut().zip(factor).zip(gated) {
                *y = factor * f(gated, mul_add);
            }
        }
    }
}

/// The pullback of [`gated_rows`], given the function with its derivative.
pub(crate) fn gated_rows_vjp<E: Element>(
    x: &[E],
    half: usize,
    d: &[E],
    gate: Gate,
    f: impl Fn(E, MulAdd) -> (E, E) + Copy + Sync,
) -> PooledVec<E> {
    let mut dx = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 2 * half) {
        None => gated_part_vjp(x, half, d, gate, f, &mut dx),
        Some(share) => {
            let parts = x.chunks(share).zip(d.chunks(share / 2)).zip(dx.chunks_mut(share));
            parallel_for_each(parts, |((x, d), dx)| gated_part_vjp(x, half, d, gate, f, dx));
        }
    }
    dx
}

vectorized! {
    fn gated_part_vjp[E: Element, F: Fn(E, MulAdd) -> (E, E)](
        x: &[E], half: usize, d: &[E], gate: Gate, f: F, dx: &mut [E]; mul_add
    ) {
        let rows = x.chunks_exact(2 * half.max(1)).zip(dx.chunks_exact_mut(2 * half.max(1)));
        for ((x, dx), d) in rows.zip(d.chunks_exact(half.max(1))) {
            let (factor, gated) = gate.of(x.split_at(half));
            let (dfactor, dgated) = gate.of(dx.split_at_mut(half));
            let results = dfactor.iter_mut().zip(dgated);
            for (((&factor, &gated), (dfactor, dgated)), &d) in factor.iter().zip(gated).zip(results).zip(d) {
                let (value, slope) = f(gated, mul_add);
                *dfactor = d * value;
                *dgated = d * factor * slope;
            }
        }
    }
}
