use super::rows::mean_vjp;
use super::similarities::assert_all_rows;
use super::{supervised_contrastive_losses, supervised_contrastive_losses_vjp};
use crate::axes::Leading;
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Computes the normalized temperature-scaled cross entropy of SimCLR: each row of `a` and of `b` finds the same row of the other
/// tensor among all other rows of both, with cosine similarity / `temperature` as logits.
///
/// The loss is the mean over the 2N rows. Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations",
/// 2020, equation 1. [`info_nce_loss`](super::info_nce_loss) has only the rows of the other tensor as negatives.
///
/// The loss needs the rows of the whole batch. To save memory, encode in [`Shards`](crate::parallel::Shards),
/// and compute the loss outside of them.
///
/// ```
/// use tiedw_core::{Tensor, loss::nt_xent_loss};
///
/// let x = Tensor::from([[3.0, 0.0], [0.0, 5.0]]);
/// // One positive with similarity 1, and two negatives with 0.
/// assert!((nt_xent_loss(&x, &x, 1.0) - (1.0_f32.exp() + 2.0).ln() + 1.0).abs() < 1e-6);
/// ```
///
/// # Panics
/// If the shapes differ, or this is called on one of several shards of a batch.
#[track_caller]
pub fn nt_xent_loss<const F: usize, E: Element>(a: &Tensor<F, E>, b: &Tensor<F, E>, temperature: E) -> E {
    nt_xent_losses(a, b, temperature).mean()
}

/// [`nt_xent_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::nt_xent_loss_vjp};
///
/// let x = Tensor::from([[1.0, 0.0], [0.0, 1.0]]);
/// let (_, pullback) = nt_xent_loss_vjp(&x, &x, 1.0);
/// // A step against the gradient rotates the rows away from each other.
/// let (da, _, _) = pullback(1.0, [true, false, false]);
/// assert!(da.unwrap().get(&[0, 1]) > 0.0);
/// ```
#[track_caller]
pub fn nt_xent_loss_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    temperature: E,
) -> (E, impl FnOnce(E, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>) {
    mean_vjp(nt_xent_losses_vjp(a, b, temperature))
}

/// Computes the loss of each pair of rows, the mean of those of both rows; their mean is [`nt_xent_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::nt_xent_losses};
///
/// let a = Tensor::from([[1.0, 0.0], [0.0, 1.0]]);
/// let losses = nt_xent_losses(&a, &Tensor::from([[1.0, 0.0], [0.0, -1.0]]), 0.1);
/// assert!(losses.get(&[0, 0]) < 1e-3 && losses.get(&[1, 0]) > 9.0);
/// ```
///
/// # Panics
/// If the shapes differ, or this is called on one of several shards of a batch.
#[track_caller]
pub fn nt_xent_losses<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    temperature: E,
) -> Tensor<1, E> {
    let (both, pairs) = both(a, b);
    of_pairs(a, &supervised_contrastive_losses(&both, &pairs[..], temperature))
}

/// [`nt_xent_losses`] with its pullback.
#[track_caller]
pub fn nt_xent_losses_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    temperature: E,
) -> (
    Tensor<1, E>,
    impl FnOnce(Tensor<1, E>, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>,
) {
    let (both, pairs) = both(a, b);
    let (losses, pullback) = supervised_contrastive_losses_vjp(&both, &pairs[..], temperature);
    let axes = a.axes();
    (of_pairs(a, &losses), move |d: Tensor<1, E>, [a_wanted, b_wanted, temperature_wanted]: [bool; 3]| {
        let halves: PooledVec<E> =
            d.as_slice().iter().chain(d.as_slice()).map(|&d| E::from_f64(0.5) * d).collect();
        let d = Tensor::with_axes_of(&losses, halves);
        let (dx, _, dtemperature) = pullback(d, [a_wanted || b_wanted, false, temperature_wanted]);
        let part = |second: usize| {
            let dx = dx.as_ref()?.as_slice();
            Some(Tensor::with_axes(axes, PooledVec::copy(&dx[second * axes.count()..][..axes.count()])))
        };
        let (da, db) = (a_wanted.then(|| part(0)), b_wanted.then(|| part(1)));
        (da.flatten(), db.flatten(), dtemperature)
    })
}

/// Returns the rows of both tensors, and the number of the pair of each.
#[track_caller]
fn both<const F: usize, E: Element>(a: &Tensor<F, E>, b: &Tensor<F, E>) -> (Tensor<F, E>, PooledVec<usize>) {
    a.same_shape(b, "nt_xent_loss");
    assert_all_rows("`nt_xent_loss`");
    let mut rows = PooledVec::with_capacity(2 * a.as_slice().len());
    rows.extend_from_slice(a.as_slice());
    rows.extend_from_slice(b.as_slice());
    let axes = [2 * a.rows()].with_features(a.features());
    (Tensor::with_axes(axes, rows), (0..a.rows()).chain(0..a.rows()).collect())
}

fn of_pairs<const F: usize, E: Element>(a: &Tensor<F, E>, losses: &Tensor<1, E>) -> Tensor<1, E> {
    let (of_a, of_b) = losses.as_slice().split_at(a.rows());
    let means = of_a.iter().zip(of_b).map(|(&a, &b)| E::from_f64(0.5) * (a + b));
    Tensor::with_axes_of(a, means.collect())
}
