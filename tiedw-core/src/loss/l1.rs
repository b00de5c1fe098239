use crate::kernels::sum_zip;
use crate::{Element, Tensor};

/// Computes the mean absolute difference over all elements. The derivative is 0 if two elements are equal.
///
/// ```
/// use tiedw_core::{Tensor, loss::l1_loss};
///
/// let y = Tensor::<2>::from_vec([1], vec![1.0, 2.0]);
/// let target = Tensor::from_vec([1], vec![1.0, 5.0]);
/// assert_eq!(l1_loss(&y, &target), 1.5);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn l1_loss<const F: usize, E: Element>(y: &Tensor<F, E>, target: &Tensor<F, E>) -> E {
    y.same_shape(target, "l1_loss");
    sum_zip(y.as_slice(), target.as_slice(), |y, t| (y - t).abs()) / E::from_count(y.as_slice().len())
}

/// [`l1_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::l1_loss_vjp};
///
/// let (y, target) = (Tensor::<2>::from_vec([1], vec![1.0, 5.0]), Tensor::full([1], 2.0));
/// let (_, pullback) = l1_loss_vjp(&y, &target);
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap().as_slice(), [-0.5, 0.5]);
/// ```
#[track_caller]
pub fn l1_loss_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>) {
    let loss = l1_loss(y, target);
    let (y, target) = (y.clone(), target.clone());
    (loss, move |d: E, wanted: [bool; 2]| {
        let factor = d / E::from_count(y.as_slice().len());
        let side = |factor: E| {
            y.zip(&target, "l1_loss", |y, t| {
                if y > t {
                    factor
                } else if y < t {
                    -factor
                } else {
                    E::ZERO
                }
            })
        };
        (wanted[0].then(|| side(factor)), wanted[1].then(|| side(-factor)))
    })
}
