//! Loops over the rows of a matrix.

use std::cell::Cell;
use std::ops::Range;

use super::simd::vectorized;
use super::threads::num_tasks;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Fewer elements than this are not worth another thread.
pub(super) const MIN_TASK_SIZE: usize = 1 << 15;

/// Rows that are added one by one; the sums of such blocks are added pairwise.
pub(crate) const BLOCK: usize = 128;

/// The number of elements per task, in rows of `width`, for a loop over `count` elements; `None` for a single task.
#[inline]
pub(crate) fn share_of_rows(count: usize, width: usize) -> Option<usize> {
    share_of(count, width, MIN_TASK_SIZE)
}

/// As [`share_of_rows`], if fewer than `least` elements are not worth another thread.
#[inline]
pub(super) fn share_of(count: usize, width: usize, least: usize) -> Option<usize> {
    let pieces = num_tasks(count, least);
    (pieces > 1 && width > 0).then(|| (count / width).div_ceil(pieces) * width)
}

/// The number of elements per part of a sum over rows of `width` elements. It does not depend on the number of threads,
/// so that the sum does not either.
#[inline]
pub(crate) fn part_of_sum(width: usize) -> usize {
    (MIN_TASK_SIZE / width.max(1)).max(1) * width
}

/// The sum of all rows of `width` elements.
#[inline]
pub(crate) fn sum_of_rows<E: Element>(rows: &[E], width: usize) -> PooledVec<E> {
    let mut sums = PooledVec::zeros(width);
    add_columns(Cell::from_mut(&mut sums[..]).as_slice_of_cells(), rows);
    sums
}

/// Adds to each element of `sums` the sum of its column in `y`.
#[inline]
pub(crate) fn add_columns<E: Element>(sums: &[Cell<E>], y: &[E]) {
    if y.len() <= BLOCK * sums.len() {
        add_each(sums, y);
    } else {
        add_many(sums, y);
    }
}

/// As [`add_columns`], for many rows.
#[inline(never)]
fn add_many<E: Element>(sums: &[Cell<E>], y: &[E]) {
    let width = sums.len();
    if let [sum] = sums {
        return sum.set(sum.get() + super::sum(y));
    }
    let columns = sum_in_blocks(y.len() / width.max(1), BLOCK, width, |rows, sums| {
        add_rows_of(sums, &y[rows.start * width..], width, rows.len());
    });
    add_each(sums, &columns);
}

vectorized! {
    /// Adds to each sum its column of `count` rows that are `stride` elements apart, four rows at a time: fewer loads and
    /// stores of sums.
    pub(crate) fn add_rows_of[E: Element](sums: &mut [E], y: &[E], stride: usize, count: usize) {
        let width = sums.len();
        let row = |at: usize| &y[at * stride..][..width];
        let fours = count / 4 * 4;
        for at in (0..fours).step_by(4) {
            let [a, b, c, d] = [0, 1, 2, 3].map(|next| row(at + next));
            for ((sum, (&a, &b)), (&c, &d)) in sums.iter_mut().zip(a.iter().zip(b)).zip(c.iter().zip(d)) {
                *sum += (a + b) + (c + d);
            }
        }
        for at in fours..count {
            for (sum, &y) in sums.iter_mut().zip(row(at)) {
                *sum += y;
            }
        }
    }
}

#[inline]
fn add_each<E: Element>(sums: &[Cell<E>], y: &[E]) {
    for row in y.chunks_exact(sums.len().max(1)) {
        for (sum, &y) in sums.iter().zip(row) {
            sum.set(sum.get() + y);
        }
    }
}

/// `width` sums over `count` terms: `add(terms, sums)` adds a range of at most `block` terms to each. The sums of the
/// ranges are added pairwise, so that rounding errors do not grow with `count`.
#[inline(always)]
pub(crate) fn sum_in_blocks<E: Element>(
    count: usize,
    block: usize,
    width: usize,
    mut add: impl FnMut(Range<usize>, &mut [E]),
) -> PooledVec<E> {
    let blocks = count.div_ceil(block).max(1);
    // A stack of sums of 2^n blocks each, with a different n for each 1 among the binary digits of the number of blocks.
    let mut stack = PooledVec::unset((blocks.ilog2() as usize + 1) * width);
    let mut depth = 0;
    let add_last_two = |stack: &mut [E], depth: &mut usize| {
        *depth -= 1;
        let (sums, last) = stack.split_at_mut(*depth * width);
        for (sum, &last) in sums[(*depth - 1) * width..].iter_mut().zip(&last[..width]) {
            *sum += last;
        }
    };
    for done in 0..blocks {
        let sums = &mut stack[depth * width..][..width];
        sums.fill(E::ZERO);
        add(done * block..count.min((done + 1) * block), sums);
        depth += 1;
        for _ in 0..(done + 1).trailing_zeros() {
            add_last_two(&mut stack, &mut depth);
        }
    }
    while depth > 1 {
        add_last_two(&mut stack, &mut depth);
    }
    stack.resize(width, E::ZERO);
    stack
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_add_every_term_once() {
        for count in (0..40).chain([1000, 1023, 1024, 1025]) {
            for block in [1, 2, 3, 64] {
                let sums = sum_in_blocks(count, block, 2, |terms, sums: &mut [f64]| {
                    assert!(terms.len() <= block);
                    for term in terms {
                        sums[0] += term as f64;
                        sums[1] += 1.0;
                    }
                });
                assert_eq!(*sums, [(count * count.saturating_sub(1) / 2) as f64, count as f64], "{count}");
            }
        }
    }
}
