//! Copies of what is at given places along an axis, and sums of what was copied several times.

use super::copied::copy_run;
use super::reduce::Along;
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::sum::sum;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::{Pooled, PooledVec};

/// In place of a place along an axis: nothing is copied, and the element has a given value.
pub(crate) const FILLED: usize = usize::MAX;

/// Consecutive places along an axis: the first one and their number.
type Run = (usize, usize);

fn runs(places: &[usize]) -> Vec<Run> {
    let continues = |&a: &usize, &b: &usize| if a == FILLED { b == FILLED } else { b == a + 1 };
    places.chunk_by(continues).map(|run| (run[0], run.len())).collect()
}

/// The first of places of which each is that before the last one, in rows of single elements.
fn reversed(along: Along, places: &[usize]) -> Option<usize> {
    let is_reversed = along.inner == 1 && places.len() > 1 && places[0] != FILLED;
    (is_reversed && places.is_sorted_by(|&a, &b| a == b.wrapping_add(1))).then(|| places[places.len() - 1])
}

/// The elements of `x` at `places` along an axis, and `fill` where a place is [`FILLED`].
pub(crate) fn picked<T: Pooled>(x: &[T], along: Along, places: &[usize], fill: T) -> PooledVec<T> {
    let (of_x, of_y) = (along.size * along.inner, places.len() * along.inner);
    let (mut y, runs) = (PooledVec::unset(along.outer * of_y), runs(places));
    if of_x == 0 {
        y.fill(fill);
        return y;
    }
    let reversed = reversed(along, places);
    let copy = |x: &[T], y: &mut [T]| match reversed {
        Some(first) => copy_reversed(x, of_x, first, y, of_y),
        None => copy_runs(x, along, &runs, fill, y),
    };
    match share_of_rows(y.len(), of_y) {
        // A single list of rows, of which each task copies some.
        _ if along.outer == 1 && along.inner > 1 => match share_of_rows(y.len(), along.inner) {
            None => copy(x, &mut y),
            Some(share) => {
                let parts = places.chunks(share / along.inner).zip(y.chunks_mut(share));
                parallel_for_each(parts, |(places, y)| copy_runs(x, along, &self::runs(places), fill, y));
            }
        },
        None => copy(x, &mut y),
        Some(share) => {
            let parts = x.chunks(share / of_y * of_x).zip(y.chunks_mut(share));
            parallel_for_each(parts, |(x, y)| copy(x, y));
        }
    }
    y
}

/// The pullback of [`picked`] to `x`: sums over the places with the same element.
pub(crate) fn picked_vjp<E: Element>(d: &[E], along: Along, places: &[usize]) -> PooledVec<E> {
    let (of_x, of_y) = (along.size * along.inner, places.len() * along.inner);
    let (mut dx, runs) = (PooledVec::zeros(along.count()), runs(places));
    if of_x == 0 || of_y == 0 {
        return dx;
    }
    let reversed = reversed(along, places);
    let add = |d: &[E], dx: &mut [E]| match reversed {
        Some(first) => {
            // Each place is there once, so that there is nothing to add.
            let rows = d.chunks_exact(of_y).zip(dx.chunks_exact_mut(of_x));
            rows.for_each(|(d, dx)| copy_reversed(d, of_y, 0, &mut dx[first..first + of_y], of_y));
        }
        None => add_runs(d, along, &runs, 0, dx),
    };
    match share_of_rows(d.len().max(dx.len()), of_x.max(of_y)) {
        // A single list of rows, each of which one task adds up.
        _ if along.outer == 1 && along.inner > 1 => match share_of_rows(dx.len(), along.inner) {
            None => add(d, &mut dx),
            Some(share) => parallel_for_each(dx.chunks_mut(share).enumerate(), |(part, dx)| {
                let rows = dx.len() / along.inner;
                add_runs(d, Along { size: rows, ..along }, &runs, part * share / along.inner, dx);
            }),
        },
        None => add(d, &mut dx),
        Some(share) => {
            let rows = share / of_x.max(of_y);
            let parts = d.chunks(rows * of_y).zip(dx.chunks_mut(rows * of_x));
            parallel_for_each(parts, |(d, dx)| add(d, dx));
        }
    }
    dx
}

/// The pullback of [`picked`] to `fill`: the sum of what is [`FILLED`].
pub(crate) fn sum_of_filled<E: Element>(d: &[E], inner: usize, places: &[usize]) -> E {
    let runs = runs(places);
    let mut total = E::ZERO;
    for d in d.chunks_exact((places.len() * inner).max(1)) {
        let mut at = 0;
        for &(first, count) in &runs {
            let next = at + count * inner;
            if first == FILLED {
                total += sum(&d[at..next]);
            }
            at = next;
        }
    }
    total
}

vectorized! {
    /// Copies elements of each row of `of_x` elements, from the place `first` on, to a row of `of_y`, in reverse.
    fn copy_reversed[T: Pooled](x: &[T], of_x: usize, first: usize, y: &mut [T], of_y: usize) {
        for (x, y) in x.chunks_exact(of_x).zip(y.chunks_exact_mut(of_y)) {
            for (y, &x) in y.iter_mut().zip(x[first..first + of_y].iter().rev()) {
                *y = x;
            }
        }
    }
}

fn copy_runs<T: Pooled>(x: &[T], along: Along, runs: &[Run], fill: T, y: &mut [T]) {
    let (Along { size, inner, .. }, mut rest) = (along, y);
    for x in x.chunks_exact(size * inner) {
        for &(first, count) in runs {
            let (y, after) = rest.split_at_mut(count * inner);
            match y {
                _ if first == FILLED => y.fill(fill),
                // Without a call, for places in another order.
                [y] => *y = x[first],
                y => copy_run(&x[first * inner..][..count * inner], y),
            }
            rest = after;
        }
    }
}

/// Adds to the places from `start` on, of which there are `along.size`.
fn add_runs<E: Element>(d: &[E], along: Along, runs: &[Run], start: usize, dx: &mut [E]) {
    let (Along { size, inner, .. }, mut rest) = (along, d);
    for dx in dx.chunks_exact_mut(size * inner) {
        for &(first, count) in runs {
            let (d, after) = rest.split_at(count * inner);
            if first != FILLED {
                let (from, to) = (first.max(start), (first + count).min(start + size));
                if from < to {
                    let dx = &mut dx[(from - start) * inner..(to - start) * inner];
                    dx.iter_mut().zip(&d[(from - first) * inner..]).for_each(|(dx, &d)| *dx += d);
                }
            }
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    fn check(along: Along, places: &[usize]) {
        let numbers = |count: usize| (0..count).map(|at| (at % 61) as f64).collect::<Vec<_>>();
        let x = numbers(along.count());
        let y = picked(&x, along, places, -1.0);
        let d = numbers(y.len());
        let (mut dx, mut filled) = (vec![0.0; x.len()], 0.0);
        for at in 0..y.len() {
            let (row, column) = (at / along.inner, at % along.inner);
            let (outer, place) = (row / places.len(), places[row % places.len()]);
            if place == FILLED {
                assert_eq!(y[at], -1.0);
                filled += d[at];
                continue;
            }
            let of_x = (outer * along.size + place) * along.inner + column;
            assert_eq!(y[at], x[of_x], "{along:?} {places:?} at {at}");
            dx[of_x] += d[at];
        }
        assert_eq!(*picked_vjp(&d, along, places), dx);
        assert_eq!(sum_of_filled(&d, along.inner, places), filled);
    }

    #[test]
    fn agrees_with_indices() {
        let threads = num_threads();
        set_num_threads(3);
        let orders: [&[usize]; 7] =
            [&[0, 1, 2], &[2, 1, 0], &[2, 1], &[FILLED, 0, 1, FILLED, FILLED], &[1, 2, 1, 2, 0], &[], &[2]];
        for places in orders {
            for (outer, inner) in
                [(1, 1), (1, 5), (4, 1), (3, 7), (0, 2), (2, 0), (1, 0), (40_001, 1), (1001, 33), (1, 40_001)]
            {
                check(Along { outer, size: 3, inner }, places);
            }
        }
        check(Along { outer: 2, size: 0, inner: 3 }, &[FILLED, FILLED]);
        set_num_threads(threads);
    }
}
