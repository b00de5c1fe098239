use super::rows::mean;
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
    mean_of(a.cosine_similarity(b).as_slice(), same, margin)
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
    let (cosines, pullback) = a.cosine_similarity_vjp(b);
    let loss = mean_of(cosines.as_slice(), same, margin);
    let same = PooledVec::copy(same);
    (loss, move |d: E, [a_wanted, b_wanted, _, margin_wanted]: [bool; 4]| {
        let factor = d / E::from_count(same.len());
        let of_row = |(&cosine, &same): (&E, &bool)| {
            if same {
                -factor
            } else if cosine > margin {
                factor
            } else {
                E::ZERO
            }
        };
        let dcosines: PooledVec<E> = cosines.as_slice().iter().zip(&same).map(of_row).collect();
        let beyond = || dcosines.iter().zip(&same).filter(|(d, same)| !**same && **d != E::ZERO).count();
        let dmargin = margin_wanted.then(|| -factor * E::from_count(beyond()));
        let (da, db) = pullback(Tensor::with_axes_of(&cosines, dcosines), [a_wanted, b_wanted]);
        (da, db, None, dmargin)
    })
}

#[track_caller]
fn mean_of<E: Element>(cosines: &[E], same: &[bool], margin: E) -> E {
    let (flags, rows) = (same.len(), cosines.len());
    assert!(flags == rows, "cosine_embedding_loss of {flags} flags and tensors of {rows} rows");
    mean(cosines.iter().zip(same).map(|(&cosine, &same)| {
        let beyond = cosine - margin;
        if same {
            E::ONE - cosine
        } else if beyond < E::ZERO {
            E::ZERO
        } else {
            beyond
        }
    }))
}
