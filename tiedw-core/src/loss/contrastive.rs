use super::rows::{distances, mean_vjp};
use crate::kernels::sum;
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Computes the mean contrastive loss over rows.
///
/// With the Euclidean distance D between a row of `a` and the same row of `b`, the loss of the row is D² / 2
/// if `same`, and max(0, margin - D)² / 2 otherwise. Hadsell, Chopra and LeCun, "Dimensionality Reduction by
/// Learning an Invariant Mapping", 2006, equation 4. The derivative at D = 0 is defined as 0.
///
/// ```
/// use tiedw_core::{Tensor, loss::contrastive_loss};
///
/// let a = Tensor::<2>::from_vec([2], vec![0.0, 0.0, 0.0, 0.0]);
/// let b = Tensor::from_vec([2], vec![3.0, 4.0, 3.0, 4.0]);
/// assert_eq!(contrastive_loss(&a, &b, &[true, false], 6.0), (12.5 + 0.5) / 2.0);
/// ```
///
/// # Panics
/// If the shapes differ, or `same` does not contain one flag per row.
#[track_caller]
pub fn contrastive_loss<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    same: &[bool],
    margin: E,
) -> E {
    contrastive_losses(a, b, same, margin).mean()
}

/// [`contrastive_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::contrastive_loss_vjp};
///
/// let (a, b) = (Tensor::<1>::zeros([2]), Tensor::from_vec([2], vec![2.0, 2.0]));
/// let (_, pullback) = contrastive_loss_vjp(&a, &b, &[true, false], 5.0);
/// // The first pair is pulled together, the second is pushed apart.
/// let (_, db, _, _) = pullback(1.0, [false, true, false, false]);
/// assert_eq!(db.unwrap().as_slice(), [1.0, -1.5]);
/// ```
#[track_caller]
pub fn contrastive_loss_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    same: &[bool],
    margin: E,
) -> (
    E,
    impl FnOnce(E, [bool; 4]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<NoGradient>, Option<E>)
    + use<F, E>,
) {
    mean_vjp(contrastive_losses_vjp(a, b, same, margin))
}

/// Computes the loss of each row, whose mean is [`contrastive_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::contrastive_losses};
///
/// let (a, b) = (Tensor::from([[0.0], [0.0]]), Tensor::from([[2.0], [2.0]]));
/// assert_eq!(contrastive_losses(&a, &b, &[true, false], 5.0), Tensor::from([[2.0], [4.5]]));
/// ```
///
/// # Panics
/// If the shapes differ, or `same` does not contain one flag per row.
#[track_caller]
pub fn contrastive_losses<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    same: &[bool],
    margin: E,
) -> Tensor<1, E> {
    Tensor::with_axes_of(a, losses_of(&checked_distances(a, b, same), same, margin))
}

/// [`contrastive_losses`] with its pullback.
#[track_caller]
pub fn contrastive_losses_vjp<const F: usize, E: Element>(
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
    let distances = checked_distances(a, b, same);
    let losses = Tensor::with_axes_of(a, losses_of(&distances, same, margin));
    let (a, b, same) = (a.clone(), b.clone(), PooledVec::copy(same));
    (losses, move |d: Tensor<1, E>, [a_wanted, b_wanted, _, margin_wanted]: [bool; 4]| {
        let of_rows = || distances.iter().zip(&same).zip(d.as_slice());
        let da = (a_wanted || b_wanted).then(|| {
            let mut da = PooledVec::with_capacity(a.as_slice().len());
            for ((a, b), ((&distance, &same), &d)) in a.each_row().zip(b.each_row()).zip(of_rows()) {
                let factor = if same {
                    d
                } else if distance == E::ZERO {
                    E::ZERO
                } else {
                    -d * lack(distance, margin) / distance
                };
                da.extend(a.iter().zip(b).map(|(&a, &b)| factor * (a - b)));
            }
            Tensor::with_axes_of(&a, da)
        });
        let db = da.as_ref().filter(|_| b_wanted).map(|da| -da);
        let dmargin = margin_wanted.then(|| {
            let apart = of_rows().filter(|((_, same), _)| !**same);
            let lacks: PooledVec<E> = apart.map(|((&distance, _), &d)| d * lack(distance, margin)).collect();
            sum(&lacks)
        });
        (da.filter(|_| a_wanted), db, None, dmargin)
    })
}

/// Returns the distance of each row, and checks that there is a flag for each.
#[track_caller]
fn checked_distances<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    same: &[bool],
) -> PooledVec<E> {
    let distances = distances(a, b, E::ZERO, "contrastive_loss");
    let (flags, shape) = (same.len(), a.shape());
    assert_eq!(flags, a.rows(), "contrastive_loss of {flags} flags and tensors of shape {shape:?}");
    distances
}

fn losses_of<E: Element>(distances: &[E], same: &[bool], margin: E) -> PooledVec<E> {
    let of_row = |(&distance, &same): (&E, &bool)| {
        let error = if same { distance } else { lack(distance, margin) };
        E::from_f64(0.5) * error * error
    };
    distances.iter().zip(same).map(of_row).collect()
}

/// Returns by how much a distance is too small; NaN for NaN.
fn lack<E: Element>(distance: E, margin: E) -> E {
    if distance >= margin { E::ZERO } else { margin - distance }
}
