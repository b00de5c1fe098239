//! What losses of rows share.

use crate::kernels::sum_zip;
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Returns the mean of losses with its pullback, of the losses with theirs.
pub(super) fn mean_vjp<const F: usize, E: Element, W, C, P: FnOnce(Tensor<F, E>, W) -> C>(
    (losses, pullback): (Tensor<F, E>, P),
) -> (E, impl FnOnce(E, W) -> C + use<F, E, W, C, P>) {
    let (mean, to_each) = losses.mean_vjp();
    (mean, move |d: E, wanted: W| {
        let (Some(d),) = to_each(d, [true]) else { unreachable!("wanted") };
        pullback(d, wanted)
    })
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
