use super::rows::{self, mean_vjp};
use crate::kernels::sum;
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Added to each difference, as in PyTorch, so that the distance between equal rows is differentiable.
const EPS: f64 = 1e-6;

/// Computes the mean over rows of max(0, D(anchor, positive) - D(anchor, negative) + margin), with the
/// Euclidean distance D. 1e-6 is added to each difference in D.
///
/// Schroff, Kalenichenko and Philbin, "FaceNet", 2015. PyTorch's default margin is 1.
///
/// ```
/// use tiedw_core::{Tensor, loss::triplet_margin_loss};
///
/// let anchor = Tensor::<2>::zeros([1]);
/// let positive = Tensor::from_vec([1], vec![3.0, 4.0]);
/// let negative = Tensor::from_vec([1], vec![0.0, 2.0]);
/// assert!((triplet_margin_loss(&anchor, &positive, &negative, 1.0) - 4.0).abs() < 1e-5);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn triplet_margin_loss<const F: usize, E: Element>(
    anchor: &Tensor<F, E>,
    positive: &Tensor<F, E>,
    negative: &Tensor<F, E>,
    margin: E,
) -> E {
    triplet_margin_losses(anchor, positive, negative, margin).mean()
}

/// [`triplet_margin_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::triplet_margin_loss_vjp};
///
/// let (anchor, positive) = (Tensor::<1>::zeros([1]), Tensor::from_vec([1], vec![1.0]));
/// let negative = Tensor::from_vec([1], vec![-1.0]);
/// let (_, pullback) = triplet_margin_loss_vjp(&anchor, &positive, &negative, 1.0);
/// let (_, dpositive, dnegative, _) = pullback(1.0, [false, true, true, false]);
/// assert!(dpositive.unwrap().get(&[0, 0]) > 0.0 && dnegative.unwrap().get(&[0, 0]) > 0.0);
/// ```
#[track_caller]
pub fn triplet_margin_loss_vjp<const F: usize, E: Element>(
    anchor: &Tensor<F, E>,
    positive: &Tensor<F, E>,
    negative: &Tensor<F, E>,
    margin: E,
) -> (
    E,
    impl FnOnce(E, [bool; 4]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>)
    + use<F, E>,
) {
    mean_vjp(triplet_margin_losses_vjp(anchor, positive, negative, margin))
}

/// Computes the loss of each row, whose mean is [`triplet_margin_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::triplet_margin_losses};
///
/// let (anchor, positive) = (Tensor::zeros([2]), Tensor::from([[3.0, 4.0], [0.0, 1.0]]));
/// let negative = Tensor::from([[0.0, 2.0], [0.0, 9.0]]);
/// let losses = triplet_margin_losses(&anchor, &positive, &negative, 1.0);
/// assert!((losses - Tensor::from([[4.0], [0.0]])).abs().max() < 1e-5);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn triplet_margin_losses<const F: usize, E: Element>(
    anchor: &Tensor<F, E>,
    positive: &Tensor<F, E>,
    negative: &Tensor<F, E>,
    margin: E,
) -> Tensor<1, E> {
    let (near, far) = (distances(anchor, positive), distances(anchor, negative));
    Tensor::with_axes_of(anchor, losses_of(&near, &far, margin))
}

/// [`triplet_margin_losses`] with its pullback.
#[track_caller]
pub fn triplet_margin_losses_vjp<const F: usize, E: Element>(
    anchor: &Tensor<F, E>,
    positive: &Tensor<F, E>,
    negative: &Tensor<F, E>,
    margin: E,
) -> (
    Tensor<1, E>,
    impl FnOnce(
        Tensor<1, E>,
        [bool; 4],
    ) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>)
    + use<F, E>,
) {
    let (near, far) = (distances(anchor, positive), distances(anchor, negative));
    let losses = Tensor::with_axes_of(anchor, losses_of(&near, &far, margin));
    let (anchor, positive, negative) = (anchor.clone(), positive.clone(), negative.clone());
    (losses, move |d: Tensor<1, E>, wanted: [bool; 4]| {
        // The cotangent of what is beyond the margin.
        let d = |row: usize| {
            if near[row] - far[row] + margin > E::ZERO { d.as_slice()[row] } else { E::ZERO }
        };
        // Returns the cotangent of the anchor through its distance to `other`, times `sign`.
        let toward = |other: &Tensor<F, E>, distances: &[E], sign: E| {
            let mut dx = PooledVec::with_capacity(other.as_slice().len());
            let rows = anchor.each_row().zip(other.each_row());
            for (row, (x, y)) in rows.enumerate() {
                let factor = if distances[row] == E::ZERO { E::ZERO } else { sign * d(row) / distances[row] };
                dx.extend(x.iter().zip(y).map(|(&x, &y)| factor * (x - y + E::from_f64(EPS))));
            }
            Tensor::with_axes_of(other, dx)
        };
        let (to_positive, to_negative) = (toward(&positive, &near, E::ONE), toward(&negative, &far, -E::ONE));
        let danchor = wanted[0].then(|| &to_positive + &to_negative);
        let dmargin = wanted[3].then(|| sum(&(0..near.len()).map(d).collect::<PooledVec<E>>()));
        (danchor, wanted[1].then(|| -to_positive), wanted[2].then(|| -to_negative), dmargin)
    })
}

#[track_caller]
fn distances<const F: usize, E: Element>(a: &Tensor<F, E>, b: &Tensor<F, E>) -> PooledVec<E> {
    rows::distances(a, b, E::from_f64(EPS), "triplet_margin_loss")
}

fn losses_of<E: Element>(near: &[E], far: &[E], margin: E) -> PooledVec<E> {
    let of_row = |(&near, &far): (&E, &E)| {
        let lack = near - far + margin;
        if lack < E::ZERO { E::ZERO } else { lack.yields_to(E::ZERO) }
    };
    near.iter().zip(far).map(of_row).collect()
}
