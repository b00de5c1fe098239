//! Loops over the rows of a matrix.

use std::cell::Cell;

use crate::Element;
use crate::buffer::Buffer;
use crate::parallel::pieces_of;

/// Fewer numbers than this are not worth another thread.
pub(super) const LEAST: usize = 1 << 15;

/// How many of `numbers`, in rows of `width`, each thread takes; `None` where one takes all.
#[inline]
pub(crate) fn share_of_rows(numbers: usize, width: usize) -> Option<usize> {
    share_of(numbers, width, LEAST)
}

/// As [`share_of_rows`], where fewer than `least` numbers are not worth another thread.
#[inline]
pub(super) fn share_of(numbers: usize, width: usize, least: usize) -> Option<usize> {
    let pieces = pieces_of(numbers, least);
    (pieces > 1 && width > 0).then(|| (numbers / width).div_ceil(pieces) * width)
}

/// How many numbers each part of a sum over rows of `width` numbers has: whatever the number of threads, so that it changes
/// no bit of the sum.
#[inline]
pub(crate) fn part_of_sum(width: usize) -> usize {
    (LEAST / width.max(1)).max(1) * width
}

/// The same row, so many times.
#[inline]
pub(crate) fn repeat_row<E: Element>(row: &[E], rows: usize) -> Buffer<E> {
    if rows == 1 { Buffer::copy(row) } else { repeat_row_often(row, rows) }
}

fn repeat_row_often<E: Element>(row: &[E], rows: usize) -> Buffer<E> {
    let mut y = Buffer::unset(rows * row.len());
    y.chunks_exact_mut(row.len().max(1)).for_each(|copy| copy.copy_from_slice(row));
    y
}

/// The sum of rows of `width` numbers.
#[inline]
pub(crate) fn sum_of_rows<E: Element>(rows: &[E], width: usize) -> Buffer<E> {
    let mut sums = Buffer::zeros(width);
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
