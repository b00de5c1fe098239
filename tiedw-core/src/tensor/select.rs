//! Parts of an axis, and axes swapped, for tensors, masks and ids.

use crate::axes::Axes;
use crate::kernels::{self, Along, Swapped, picked, swapped};
use crate::pooled_vec::{Pooled, PooledVec};

/// Narrows an axis, given the sizes before, of and after it, and returns the new axes and elements.
#[track_caller]
pub(crate) fn narrowed<T: Pooled>(
    axes: Axes,
    (_, size, inner): (usize, usize, usize),
    data: &[T],
    (axis, operation): (usize, &str),
    start: usize,
    length: usize,
) -> (Axes, PooledVec<T>) {
    if start > size || length > size - start {
        let places = match length {
            1 => format!("place {start}"),
            _ => format!("places {start}..{}", start.saturating_add(length)),
        };
        panic!("{operation} of {places} of axis {axis} of a tensor of shape {axes:?}");
    }
    let y = kernels::narrowed(data, size * inner, start * inner, (start + length) * inner);
    (axes.with_size(axis, length), y)
}

/// Selects the given indices of such an axis, and returns the new axes and elements.
#[track_caller]
pub(crate) fn selected<T: Pooled>(
    axes: Axes,
    (outer, size, inner): (usize, usize, usize),
    data: &[T],
    (axis, operation): (usize, &str),
    indices: &[usize],
) -> (Axes, PooledVec<T>) {
    for &index in indices {
        assert!(index < size, "{operation} of place {index} of axis {axis} of a tensor of shape {axes:?}");
    }
    let y = picked(data, Along { outer, size, inner }, indices, T::default());
    (axes.with_size(axis, indices.len()), y)
}

/// Swaps two axes, the lower one first, and returns the new axes and elements.
pub(crate) fn transposed<T: Pooled>(axes: Axes, data: &[T], a: usize, b: usize) -> (Axes, PooledVec<T>) {
    let ((_, rows, _), (_, columns, inner)) =
        (axes.around_any(a, "transpose"), axes.around_any(b, "transpose"));
    let between: usize = axes.as_slice()[a + 1..b].iter().product();
    let sizes = Swapped { rows, between, columns, inner };
    (axes.transposed(a, b), swapped(data, sizes))
}
