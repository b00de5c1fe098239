use super::rows::mean_vjp;
use crate::kernels::sum;
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Computes the mean cosine embedding loss over rows: 1 - cos(a, b) if `same`, and max(0, cos(a, b) - margin)
/// otherwise.
///
/// Norms are clamped to at least 1e-8, as in [`cosine_similarity`](Tensor::cosine_similarity). PyTorch's
/// default margin is 0.
///
/// ```
/// use tiedw_core::{Tensor, loss::cosine_embedding_loss};
///
/// let a = Tensor::<2>::from_vec([2], vec![1.0, 0.0, 1.0, 0.0]);
/// let b = Tensor::from_vec([2], vec![0.0, 2.0, 2.0, 0.0]);
/// assert_eq!(cosine_embedding_loss(&a, &b, &[true, false], 0.5), (1.0 + 0.5) / 2.0);
/// ```
///
/// # Panics
/// If the shapes differ, or `same` does not contain one flag per row.
#[track_caller]
pub fn cosine_embedding_loss<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    same: &[bool],
    margin: E,
) -> E {
    cosine_embedding_losses(a, b, same, margin).mean()
}

/// [`cosine_embedding_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::cosine_embedding_loss_vjp};
///
/// let (a, b) = (Tensor::<2>::from_vec([1], vec![1.0, 0.0]), Tensor::from_vec([1], vec![0.0, 1.0]));
/// let (_, pullback) = cosine_embedding_loss_vjp(&a, &b, &[true], 0.0);
/// // A step against the gradient rotates `a` toward `b`.
/// let (da, _, _, _) = pullback(1.0, [true, false, false, false]);
/// assert_eq!(da.unwrap().as_slice(), [0.0, -1.0]);
/// ```
#[track_caller]
pub fn cosine_embedding_loss_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    same: &[bool],
    margin: E,
) -> (
    E,
    impl FnOnce(E, [bool; 4]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<NoGradient>, Option<E>)
    + use<F, E>,
) {
    mean_vjp(cosine_embedding_losses_vjp(a, b, same, margin))
}

/// Computes the loss of each row, whose mean is [`cosine_embedding_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::cosine_embedding_losses};
///
/// let (a, b) = (Tensor::from([[1.0, 0.0], [1.0, 0.0]]), Tensor::from([[0.0, 2.0], [2.0, 0.0]]));
/// assert_eq!(cosine_embedding_losses(&a, &b, &[true, false], 0.5), Tensor::from([[1.0], [0.5]]));
/// ```
///
/// # Panics
/// If the shapes differ, or `same` does not contain one flag per row.
#[track_caller]
pub fn cosine_embedding_losses<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    same: &[bool],
    margin: E,
) -> Tensor<1, E> {
    losses_of(&a.cosine_similarity(b), same, margin)
}

/// [`cosine_embedding_losses`] with its pullback.
#[track_caller]
pub fn cosine_embedding_losses_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    same: &[bool],
    margin: E,
) -> (
    Tensor<1, E>,
    impl FnOnce(
        Tensor<1, E>,
        [bool; 4],
    ) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<NoGradient>, Option<E>)
    + use<F, E>,
) {
    let (cosines, pullback) = a.cosine_similarity_vjp(b);
    let losses = losses_of(&cosines, same, margin);
    let same = PooledVec::copy(same);
    (losses, move |d: Tensor<1, E>, [a_wanted, b_wanted, _, margin_wanted]: [bool; 4]| {
        let of_row = |((&cosine, &same), &d): ((&E, &bool), &E)| {
            if same {
                -d
            } else if cosine > margin {
                d
            } else {
                E::ZERO
            }
        };
        let rows = cosines.as_slice().iter().zip(&same).zip(d.as_slice());
        let dcosines: PooledVec<E> = rows.map(of_row).collect();
        let dmargin = margin_wanted.then(|| {
            let beyond = dcosines.iter().zip(&same).filter(|(_, same)| !**same);
            -sum(&beyond.map(|(&d, _)| d).collect::<PooledVec<E>>())
        });
        let (da, db) = pullback(Tensor::with_axes_of(&cosines, dcosines), [a_wanted, b_wanted]);
        (da, db, None, dmargin)
    })
}

#[track_caller]
fn losses_of<E: Element>(cosines: &Tensor<1, E>, same: &[bool], margin: E) -> Tensor<1, E> {
    let (flags, rows) = (same.len(), cosines.rows());
    assert!(flags == rows, "cosine_embedding_loss of {flags} flags and tensors of {rows} rows");
    let of_row = |(&cosine, &same): (&E, &bool)| {
        let beyond = cosine - margin;
        if same {
            E::ONE - cosine
        } else if beyond < E::ZERO {
            E::ZERO
        } else {
            beyond.yields_to(E::ZERO)
        }
    };
    Tensor::with_axes_of(cosines, cosines.as_slice().iter().zip(same).map(of_row).collect())
}
