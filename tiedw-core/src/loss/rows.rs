//! What losses of rows share.

use crate::kernels::{sum, sum_zip};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Computes the mean of the losses of the rows.
pub(super) fn mean<E: Element>(losses: impl Iterator<Item = E>) -> E {
    let losses: PooledVec<E> = losses.collect();
    sum(&losses) / E::from_count(losses.len())
}

/// Returns the Euclidean distance between the two tensors in each row, with `eps` added to each difference.
///
/// # Panics
/// If the shapes differ. `loss` is the name in the message.
#[track_caller]
pub(super) fn distances<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    eps: E,
    loss: &str,
) -> PooledVec<E> {
    a.same_shape(b, loss);
    let rows = a.each_row().zip(b.each_row());
    rows.map(|(a, b)| sum_zip(a, b, |a, b| (a - b + eps) * (a - b + eps)).sqrt()).collect()
}
