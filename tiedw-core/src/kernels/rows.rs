//! Loops over the rows of a matrix.

use std::cell::Cell;

use super::threads::num_tasks;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Fewer elements than this are not worth another thread.
pub(super) const MIN_TASK_SIZE: usize = 1 << 15;

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

/// `rows` copies of a row.
#[inline]
pub(crate) fn repeat_row<E: Element>(row: &[E], rows: usize) -> PooledVec<E> {
    if rows == 1 { PooledVec::copy(row) } else { repeat_row_often(row, rows) }
}

fn repeat_row_often<E: Element>(row: &[E], rows: usize) -> PooledVec<E> {
    let mut y = PooledVec::unset(rows * row.len());
    y.chunks_exact_mut(row.len().max(1)).for_each(|copy| copy.copy_from_slice(row));
    y
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
    if sums.is_empty() {
        return;
    }
    for row in y.chunks_exact(sums.len()) {
        for (sum, &y) in sums.iter().zip(row) {
            sum.set(sum.get() + y);
        }
    }
}
