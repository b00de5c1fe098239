//! Loops over a tensor and a vector parameter, which is broadcast over the rows.

use crate::kernels::{BLOCK, sum_in_blocks};
use crate::param::{Vector, VectorView};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Applies `f` elementwise to each row of `x` and `row`.
pub(super) fn by_row<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    row: VectorView<'_, F, E>,
    f: impl Fn(E, E) -> E,
) -> Tensor<F, E> {
    let (row, features) = (row.as_slice(), x.features());
    let mut y = PooledVec::with_capacity(x.as_slice().len());
    for x in x.as_slice().chunks_exact(features.max(1)) {
        y.extend(x.iter().zip(row).map(|(&x, &row)| f(x, row)));
    }
    Tensor::with_axes_of(x, y)
}

/// Sums `f(d, x, row)` over the rows, elementwise.
pub(super) fn sum_of_rows<const F: usize, E: Element>(
    d: &Tensor<F, E>,
    x: &Tensor<F, E>,
    row: VectorView<'_, F, E>,
    f: impl Fn(E, E, E) -> E,
) -> Vector<F, E> {
    let features = x.features();
    let sums = sum_in_blocks(x.rows(), BLOCK, features, |rows, sums| {
        let elements = rows.start * features..rows.end * features;
        let (d, x) = (&d.as_slice()[elements.clone()], &x.as_slice()[elements]);
        for (d, x) in d.chunks_exact(features.max(1)).zip(x.chunks_exact(features.max(1))) {
            for (((sum, &d), &x), &row) in sums.iter_mut().zip(d).zip(x).zip(row.as_slice()) {
                *sum += f(d, x, row);
            }
        }
    });
    Vector::from_pooled_vec(sums)
}
