//! What losses of the similarities of all rows share.

use crate::batch_part::assert_whole_batch;
use crate::kernels::{MatMut, MatRef, sum_zip};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Panics on one of several shards of a batch. `loss` is its name in code.
#[track_caller]
pub(super) fn assert_all_rows(loss: &str) {
    assert_whole_batch(loss, "encode in shards, and compute the loss of all rows outside of them");
}

/// Returns the product of each row of `q` and each row of `k`, by the temperature.
pub(super) fn scores<const F: usize, E: Element>(
    q: &Tensor<F, E>,
    k: &Tensor<F, E>,
    temperature: E,
) -> PooledVec<E> {
    let rows = q.rows();
    let mut scores = PooledVec::unset(rows * rows);
    let [q, k] = [q, k].map(|x| MatRef::new(x.as_slice(), rows, x.features()));
    E::gemm(E::ONE / temperature, q, k.t(), E::ZERO, MatMut::new(&mut scores, rows, rows));
    scores
}

/// Returns the cotangent of the temperature, given those of the scores; scores without one may be infinite.
pub(super) fn dtemperature<E: Element>(dscores: &[E], scores: &[E], temperature: E) -> E {
    -sum_zip(dscores, scores, |d, score| if d.vanishes() { E::ZERO } else { d * score }) / temperature
}
