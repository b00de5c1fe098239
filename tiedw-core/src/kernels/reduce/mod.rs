//! Reductions along one axis.
//!
//! The elements along the last axis are contiguous and reduced in lanes. Along another axis, rows are combined, each with the
//! sizes after the axis as its width.

mod cumulative;
mod cumulative_products;
mod dots;
mod extremes;
mod log_sum_exp;
mod moments;
mod product;
mod softmax;
mod sums;

pub(crate) use cumulative::cumulative_sums;
pub(crate) use cumulative_products::{cumulative_products, cumulative_products_vjp};
pub(crate) use dots::dots_along;
pub(crate) use extremes::{extreme_of_all, extremes, places_of_extremes};
pub(crate) use log_sum_exp::{log_sum_exp_along, log_sum_exp_of_all, log_sum_exp_vjp};
pub(crate) use moments::{is_far, moments, moments_vjp};
pub(crate) use product::{product_of_all, products, products_vjp};
pub(crate) use softmax::{
    log_softmax_along, log_softmax_along_vjp, normalize_along, normalize_along_vjp, softmax_along,
    softmax_along_vjp,
};
pub(crate) use sums::sums_along;

use std::ops::Range;

use super::lanes::reduced;
use super::rows::{BLOCK, share_of_rows, sum_in_blocks};
use super::simd::{MulAdd, vectorized};
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::{Pooled, PooledVec};

/// The size of an axis, and the products of the sizes before and after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Along {
    pub(crate) outer: usize,
    pub(crate) size: usize,
    pub(crate) inner: usize,
}

impl Along {
    /// Contiguous elements.
    pub(crate) fn row(size: usize) -> Self {
        Along { outer: 1, size, inner: 1 }
    }

    /// The number of elements of the tensor.
    pub(crate) fn count(&self) -> usize {
        self.outer * self.size * self.inner
    }

    /// The number of elements of the result.
    pub(crate) fn reduced(&self) -> usize {
        self.outer * self.inner
    }

    /// The number of rows for each task, if that is for the rows of a first axis: then a task reads what one of the loops over
    /// elements wrote, and the results of the tasks are reduced again. `None` for another axis, or a single task.
    fn share_of_first(&self) -> Option<usize> {
        let is_long = self.outer == 1 && self.inner > 1 && self.size >= 2 * BLOCK;
        share_of_rows(self.count(), self.inner).filter(|_| is_long).map(|count| count / self.inner)
    }

    /// The number of results for each task; `None` for a single task.
    fn share(&self) -> Option<usize> {
        share_of_rows(self.count(), self.size).map(|count| count / self.size)
    }

    /// The parts of the results from `first` to `end` that have the same place before the axis: for each its start among these
    /// results, the start of its elements in the tensor, and its width.
    #[inline(always)]
    fn runs(self, first: usize, end: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let mut next = first;
        std::iter::from_fn(move || {
            let at = next;
            (at < end).then(|| {
                let (outer, column) = (at / self.inner, at % self.inner);
                let width = (self.inner - column).min(end - at);
                next += width;
                (at - first, outer * self.size * self.inner + column, width)
            })
        })
    }
}

/// Computes parts of `count` results in parallel: `f(first, part)`.
fn in_parts<T: Pooled>(along: Along, f: impl Fn(usize, &mut [T]) + Sync) -> PooledVec<T> {
    let mut y = PooledVec::unset(along.reduced());
    match along.share() {
        None => f(0, &mut y),
        Some(share) => parallel_for_each(y.chunks_mut(share).enumerate(), |(part, y)| f(part * share, y)),
    }
    y
}

/// Reduces the elements along the axis by `f`, whose result does not depend on how they are grouped, from `start` on.
#[inline(always)]
fn fold<E: Element>(x: &[E], along: Along, start: E, f: impl Fn(E, E) -> E + Copy + Sync) -> PooledVec<E> {
    let Along { size, inner, .. } = along;
    let Some(share) = along.share_of_first() else {
        return in_parts(along, |first, y: &mut [E]| fold_part(x, along, first, y, start, f));
    };
    let mut of_tasks = PooledVec::unset(size.div_ceil(share) * inner);
    parallel_for_each(of_tasks.chunks_mut(inner).zip(x.chunks(share * inner)), |(y, x)| {
        fold_part(x, Along { outer: 1, size: x.len() / inner, inner }, 0, y, start, f);
    });
    let mut y = PooledVec::unset(inner);
    fold_part(&of_tasks, Along { outer: 1, size: of_tasks.len() / inner, inner }, 0, &mut y, start, f);
    y
}

/// The columns that a task should have at least, so that it reads whole cache lines.
const MIN_COLUMNS: usize = 64;

/// Sums along an axis that is not the last: `add([start, result], count, sums)` adds `count` rows, from the element `start` on, to
/// the sums from this result on.
#[inline(always)]
fn sums_of_columns<E: Element>(
    along: Along,
    add: impl Fn([usize; 2], usize, &mut [E]) + Sync,
) -> PooledVec<E> {
    let Along { outer, size, inner } = along;
    if let Some(share) = along.share_of_first() {
        // In tasks of blocks of rows. The sums are the same to the bit.
        let share = share.div_ceil(BLOCK);
        let mut of_blocks = PooledVec::unset(size.div_ceil(BLOCK) * inner);
        parallel_for_each(of_blocks.chunks_mut(share * inner).enumerate(), |(task, of_blocks)| {
            for (block, sums) in of_blocks.chunks_mut(inner).enumerate() {
                let first = (task * share + block) * BLOCK;
                sums.fill(E::ZERO);
                add([first * inner, 0], BLOCK.min(size - first), sums);
            }
        });
        return sum_in_blocks(size.div_ceil(BLOCK), 1, inner, |block, sums| {
            sums.copy_from_slice(&of_blocks[block.start * inner..][..inner]);
        });
    }
    let in_runs = |first: usize, sums: &mut [E]| {
        for (at, start, width) in along.runs(first, first + sums.len()) {
            let sums = &mut sums[at..at + width];
            let add = |rows: Range<usize>, sums: &mut [E]| {
                add([start + rows.start * inner, first + at], rows.len(), sums);
            };
            if size <= BLOCK {
                sums.fill(E::ZERO);
                add(0..size, sums);
            } else {
                sums.copy_from_slice(&sum_in_blocks(size, BLOCK, width, add));
            }
        }
    };
    if outer == 1 && inner < 2 * MIN_COLUMNS {
        let mut sums = PooledVec::unset(inner);
        in_runs(0, &mut sums);
        return sums;
    }
    in_parts(along, in_runs)
}

vectorized! {
    fn fold_part[E: Element, F: Fn(E, E) -> E + Copy](
        x: &[E], along: Along, first: usize, y: &mut [E], start: E, f: F
    ) {
        if along.inner == 1 && along.size > 0 {
            for (y, x) in y.iter_mut().zip(x[first * along.size..].chunks_exact(along.size)) {
                *y = reduced(x, start, f);
            }
            return;
        }
        y.fill(start);
        for (at, start, width) in along.runs(first, first + y.len()) {
            let y = &mut y[at..at + width];
            let row = |at: usize| &x[start + at * along.inner..][..width];
            // Four rows at a time: fewer loads and stores of results.
            let fours = along.size / 4 * 4;
            for at in (0..fours).step_by(4) {
                let [a, b, c, d] = [0, 1, 2, 3].map(|next| row(at + next));
                for ((y, (&a, &b)), (&c, &d)) in y.iter_mut().zip(a.iter().zip(b)).zip(c.iter().zip(d)) {
                    *y = f(d, f(c, f(b, f(a, *y))));
                }
            }
            for at in fours..along.size {
                for (y, &x) in y.iter_mut().zip(row(at)) {
                    *y = f(x, *y);
                }
            }
        }
    }
}

/// The elements of a part of a reduction of all elements. It does not depend on ISA or threads.
const PART: usize = 4096;

/// Reduces all elements: in parts by `f`, given rows of them, and the results of the parts again.
fn of_all<E: Element>(x: &[E], f: impl Fn(&[E], Along) -> PooledVec<E> + Copy) -> E {
    if x.len() <= PART {
        return f(x, Along::row(x.len()))[0];
    }
    let (whole, rest) = x.split_at(x.len() / PART * PART);
    let mut parts = f(whole, Along { outer: whole.len() / PART, size: PART, inner: 1 });
    if !rest.is_empty() {
        parts.push(of_all(rest, f));
    }
    of_all(&parts, f)
}

/// `f` of each element and of the elements of `of_result` at its result: the pullback of a reduction.
#[inline(always)]
fn spread<E: Element>(
    x: &[E],
    along: Along,
    of_result: [&[E]; 3],
    f: impl Fn(E, [E; 3], MulAdd) -> E + Copy + Sync,
) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    // Rows that have one element of each operand, or a row of it.
    let width = if along.inner == 1 { along.size } else { along.inner };
    match share_of_rows(x.len(), width) {
        None => spread_part(x, along, 0, of_result, &mut y, f),
        Some(share) => {
            parallel_for_each(x.chunks(share).zip(y.chunks_mut(share)).enumerate(), |(part, (x, y))| {
                spread_part(x, along, part * share / width, of_result, y, f);
            })
        }
    }
    y
}

vectorized! {
    fn spread_part[E: Element, F: Fn(E, [E; 3], MulAdd) -> E + Copy](
        x: &[E], along: Along, first: usize, of_result: [&[E]; 3], y: &mut [E], f: F; mul_add
    ) {
        let Along { size, inner, .. } = along;
        if inner == 1 {
            let rows = x.chunks_exact(size.max(1)).zip(y.chunks_exact_mut(size.max(1)));
            for (row, (x, y)) in rows.enumerate() {
                let of_row = of_result.map(|of_result| of_result[first + row]);
                for (y, &x) in y.iter_mut().zip(x) {
                    *y = f(x, of_row, mul_add);
                }
            }
            return;
        }
        let rows = x.chunks_exact(inner.max(1)).zip(y.chunks_exact_mut(inner.max(1)));
        for (row, (x, y)) in rows.enumerate() {
            let [a, b, c] = of_result.map(|of_result| &of_result[(first + row) / size * inner..][..inner]);
            for ((y, &x), ((&a, &b), &c)) in y.iter_mut().zip(x).zip(a.iter().zip(b).zip(c)) {
                *y = f(x, [a, b, c], mul_add);
            }
        }
    }
}

/// Each element times the factor at its result.
pub(crate) fn times_along<E: Element>(x: &[E], factors: &[E], along: Along) -> PooledVec<E> {
    spread(x, along, [factors; 3], |x, [factor, ..], _| x * factor)
}

/// Replaces each element by `f` of it, of that of `other` at its place, if there are any, and of the elements of `of_result` at its
/// result.
#[inline(always)]
fn spread_assign<E: Element>(
    x: &mut [E],
    other: &[E],
    along: Along,
    of_result: [&[E]; 2],
    f: impl Fn(E, E, [E; 2], MulAdd) -> E + Copy + Sync,
) {
    let width = if along.inner == 1 { along.size } else { along.inner };
    match share_of_rows(x.len(), width) {
        None => spread_assign_part(x, other, along, 0, of_result, f),
        Some(share) => parallel_for_each(x.chunks_mut(share).enumerate(), |(part, x)| {
            let other = other.get(part * share..).unwrap_or_default();
            spread_assign_part(x, other, along, part * share / width, of_result, f);
        }),
    }
}

vectorized! {
    fn spread_assign_part[E: Element, F: Fn(E, E, [E; 2], MulAdd) -> E + Copy](
        x: &mut [E], other: &[E], along: Along, first: usize, of_result: [&[E]; 2], f: F; mul_add
    ) {
        let Along { size, inner, .. } = along;
        let width = if inner == 1 { size } else { inner };
        for (row, x) in x.chunks_exact_mut(width.max(1)).enumerate() {
            // Without another operand, the elements stand for it.
            let other = other.get(row * width..(row + 1) * width);
            if inner == 1 {
                let of_row = of_result.map(|of_result| of_result[first + row]);
                match other {
                    Some(other) => x.iter_mut().zip(other).for_each(|(x, &y)| *x = f(*x, y, of_row, mul_add)),
                    None => x.iter_mut().for_each(|x| *x = f(*x, *x, of_row, mul_add)),
                }
                continue;
            }
            let [a, b] = of_result.map(|of_result| &of_result[(first + row) / size * inner..][..inner]);
            let of_row = a.iter().zip(b);
            match other {
                Some(other) => {
                    for ((x, &y), (&a, &b)) in x.iter_mut().zip(other).zip(of_row) {
                        *x = f(*x, y, [a, b], mul_add);
                    }
                }
                None => x.iter_mut().zip(of_row).for_each(|(x, (&a, &b))| *x = f(*x, *x, [a, b], mul_add)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    #[test]
    fn results_do_not_depend_on_threads() {
        let threads = num_threads();
        for along in [(1, 4099, 33), (1, 256, 1600), (3, 700, 131), (1, 100_000, 4), (500, 300, 1)]
            .map(|(outer, size, inner)| Along { outer, size, inner })
        {
            let x: Vec<f32> =
                (0..along.count()).map(|at| 1.0 + (at * 7919 % 1000) as f32 * 1e-5 - 0.005).collect();
            let of_threads = [1, 2, 3].map(|threads| {
                set_num_threads(threads);
                let [tops, rests] = log_sum_exp_along(&x, along);
                let all =
                    [sums_along(&x, along), dots_along(&x, &x, along), products(&x, along), tops, rests];
                [&all[..], &[softmax_along(&x, along), log_softmax_along(&x, along)], &moments(&x, along)]
                    .concat()
            });
            assert!(of_threads.iter().all(|all| *all == of_threads[0]), "{along:?}");
        }
        set_num_threads(threads);
    }
}
