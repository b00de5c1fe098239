//! Loops over the rows of a matrix.

use std::cell::Cell;

use crate::Element;
use crate::buffer::Buffer;

/// The same row, so many times.
#[inline]
pub(crate) fn repeat_row<E: Element>(row: &[E], rows: usize) -> Buffer<E> {
    let mut y = Buffer::with_capacity(rows * row.len());
    for _ in 0..rows {
        y.extend_from_slice(row);
    }
    y
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
