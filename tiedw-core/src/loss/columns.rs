//! What losses of the correlations of features share.

use crate::kernels::{MatMut, MatRef};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// (x - mean) · scale, with mean and scale of the column.
pub(super) fn standardized<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    means: &[E],
    scales: &[E],
) -> PooledVec<E> {
    let mut y = PooledVec::with_capacity(x.as_slice().len());
    for row in x.each_row() {
        let columns = row.iter().zip(means.iter().zip(scales));
        y.extend(columns.map(|(&x, (&mean, &scale))| (x - mean) * scale));
    }
    y
}

/// alpha Aᵀ B: the sums over rows of the products of each two features.
pub(super) fn products_of_columns<E: Element>(alpha: E, a: &[E], b: &[E], features: usize) -> PooledVec<E> {
    let rows = a.len() / features.max(1);
    let mut c = PooledVec::unset(features * features);
    let [a, b] = [a, b].map(|x| MatRef::new(x, rows, features));
    E::gemm(alpha, a.t(), b, E::ZERO, MatMut::new(&mut c, features, features));
    c
}

/// alpha A M, for a matrix of the features, or its transpose.
pub(super) fn times_matrix<E: Element>(
    alpha: E,
    a: &[E],
    matrix: MatRef<'_, E>,
    features: usize,
) -> PooledVec<E> {
    let rows = a.len() / features.max(1);
    let mut c = PooledVec::unset(a.len());
    E::gemm(alpha, MatRef::new(a, rows, features), matrix, E::ZERO, MatMut::new(&mut c, rows, features));
    c
}
