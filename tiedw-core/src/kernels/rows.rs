//! Loops over the rows of a matrix.

use std::cell::Cell;

use crate::Element;

/// Each row of `y` becomes `row`.
#[inline]
pub(crate) fn fill_rows<E: Element>(y: &mut Vec<E>, rows: usize, row: &[E]) {
    y.reserve(rows * row.len());
    for _ in 0..rows {
        y.extend_from_slice(row);
    }
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
