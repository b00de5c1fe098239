use super::rows::mean_vjp;
use super::similarities::{assert_all_rows, dtemperature, scores};
use crate::kernels::{MatMut, MatRef, softmax_of_parts};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Computes the InfoNCE loss: the mean cross entropy over rows that classifies, for each row of `queries`,
/// the same row of `keys` among all rows, with cosine similarity / `temperature` as logits.
///
/// The keys of the other rows are the negatives. van den Oord, Li and Vinyals, "Representation Learning with
/// Contrastive Predictive Coding", 2018, equation 4, with cosine similarity as in SimCLR (Chen et al., 2020).
/// CLIP's symmetric loss is the mean of this loss and of the loss with `queries` and `keys` swapped.
///
/// The loss needs the rows of the whole batch. To save memory, encode in [`Shards`](crate::parallel::Shards),
/// and compute the loss outside of them.
///
/// ```
/// use tiedw_core::{Tensor, loss::info_nce_loss};
///
/// let x = Tensor::<2>::from_vec([2], vec![3.0, 0.0, 0.0, 5.0]);
/// assert!((info_nce_loss(&x, &x, 1.0) - (1.0 + 1.0_f32.exp()).ln() + 1.0).abs() < 1e-6);
/// ```
///
/// # Panics
/// If the shapes differ, or this is called on one of several shards of a batch.
#[track_caller]
pub fn info_nce_loss<const F: usize, E: Element>(
    queries: &Tensor<F, E>,
    keys: &Tensor<F, E>,
    temperature: E,
) -> E {
    info_nce_losses(queries, keys, temperature).mean()
}

/// [`info_nce_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::info_nce_loss_vjp};
///
/// let x = Tensor::<2>::from_vec([2], vec![1.0, 0.0, 0.0, 1.0]);
/// let (_, pullback) = info_nce_loss_vjp(&x, &x, 1.0);
/// // A step against the gradient rotates each query away from the key of the other row.
/// let dx = pullback(1.0, [true, false, false]).0.unwrap();
/// assert!(dx.get(&[0, 1]) > 0.0 && dx.get(&[1, 0]) > 0.0);
/// ```
#[track_caller]
pub fn info_nce_loss_vjp<const F: usize, E: Element>(
    queries: &Tensor<F, E>,
    keys: &Tensor<F, E>,
    temperature: E,
) -> (E, impl FnOnce(E, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>) {
    mean_vjp(info_nce_losses_vjp(queries, keys, temperature))
}

/// Computes the loss of each row, whose mean is [`info_nce_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::info_nce_losses};
///
/// let queries = Tensor::from([[1.0, 0.0], [1.0, 0.0]]);
/// let losses = info_nce_losses(&queries, &Tensor::from([[9.0, 0.0], [0.0, 9.0]]), 0.1);
/// assert!(losses.get(&[0, 0]) < 1e-4 && losses.get(&[1, 0]) > 9.9);
/// ```
///
/// # Panics
/// If the shapes differ, or this is called on one of several shards of a batch.
#[track_caller]
pub fn info_nce_losses<const F: usize, E: Element>(
    queries: &Tensor<F, E>,
    keys: &Tensor<F, E>,
    temperature: E,
) -> Tensor<1, E> {
    check(queries, keys);
    let scores = scores(&queries.normalize(), &keys.normalize(), temperature);
    let parts = E::log_sum_exp_rows(&scores, queries.rows());
    Tensor::with_axes_of(queries, losses_of(&scores, &parts))
}

/// [`info_nce_losses`] with its pullback.
#[track_caller]
pub fn info_nce_losses_vjp<const F: usize, E: Element>(
    queries: &Tensor<F, E>,
    keys: &Tensor<F, E>,
    temperature: E,
) -> (
    Tensor<1, E>,
    impl FnOnce(Tensor<1, E>, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>,
) {
    check(queries, keys);
    let ((q, q_pullback), (k, k_pullback)) = (queries.normalize_vjp(), keys.normalize_vjp());
    let scores = scores(&q, &k, temperature);
    let parts = E::log_sum_exp_rows(&scores, queries.rows());
    let losses = Tensor::with_axes_of(queries, losses_of(&scores, &parts));
    (losses, move |d: Tensor<1, E>, [q_wanted, k_wanted, temperature_wanted]: [bool; 3]| {
        let rows = parts.len() / 2;
        let mut dscores = softmax_of_parts(&scores, rows, &parts, d.as_slice(), &PooledVec::zeros(rows));
        dscores.iter_mut().step_by(rows + 1).zip(d.as_slice()).for_each(|(dscore, &d)| *dscore -= d);
        let mat = MatRef::new(&dscores, rows, rows);
        // Returns the cotangent of one argument; `other` is the other one.
        let product = |mat: MatRef<'_, E>, other: &Tensor<F, E>| {
            let features = other.features();
            let mut dx = PooledVec::unset(rows * features);
            let other_mat = MatRef::new(other.as_slice(), rows, features);
            E::gemm(E::ONE / temperature, mat, other_mat, E::ZERO, MatMut::new(&mut dx, rows, features));
            Tensor::with_axes_of(other, dx)
        };
        let dq = q_wanted.then(|| q_pullback(product(mat, &k), [true]).0).flatten();
        let dk = k_wanted.then(|| k_pullback(product(mat.t(), &q), [true]).0).flatten();
        let dtemperature = temperature_wanted.then(|| dtemperature(&dscores, &scores, temperature));
        (dq, dk, dtemperature)
    })
}

#[track_caller]
fn check<const F: usize, E: Element>(queries: &Tensor<F, E>, keys: &Tensor<F, E>) {
    queries.same_shape(keys, "info_nce_loss");
    assert_all_rows("`info_nce_loss`");
}

fn losses_of<E: Element>(scores: &[E], parts: &[E]) -> PooledVec<E> {
    let rows = parts.len() / 2;
    let chosen = scores.iter().step_by(rows + 1);
    let pairs = chosen.zip(parts.as_chunks().0);
    pairs.map(|(&score, &[largest, log_sum])| log_sum - (score - largest)).collect()
}
