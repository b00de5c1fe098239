use super::{Classes, CrossEntropy, without_settings};
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Computes the mean negative log likelihood: the mean over rows of minus the element of `log_probs` at the class of the row.
///
/// With [`log_softmax`](Tensor::log_softmax) of logits it is [`cross_entropy_loss`](super::cross_entropy_loss), which is faster.
/// For weights of classes and ignored classes see [`CrossEntropy::of_log_probs`].
///
/// ```
/// use tiedw_core::{Tensor, loss::nll_loss};
///
/// let log_probs = Tensor::from([[-0.5, -1.0], [-2.0, -0.25]]);
/// assert_eq!(nll_loss(&log_probs, &[0, 1]), (0.5 + 0.25) / 2.0);
/// ```
///
/// # Panics
/// If there is not one class per row, or a class is not below `F`.
#[track_caller]
pub fn nll_loss<const F: usize, E: Element, C: Classes + ?Sized>(log_probs: &Tensor<F, E>, classes: &C) -> E {
    CrossEntropy::new().of_log_probs().loss(log_probs, classes)
}

/// [`nll_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::nll_loss_vjp};
///
/// let (_, pullback) = nll_loss_vjp(&Tensor::from([[-0.5, -1.0], [-2.0, -0.25]]), &[0, 1]);
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap(), Tensor::from([[-0.5, 0.0], [0.0, -0.5]]));
/// ```
#[track_caller]
pub fn nll_loss_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
    log_probs: &Tensor<F, E>,
    classes: &C,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E, C>) {
    without_settings(CrossEntropy::new().of_log_probs().loss_vjp(log_probs, classes))
}

/// Computes the negative log likelihood of each row, whose mean is [`nll_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::nll_losses};
///
/// let log_probs = Tensor::from([[-0.5, -1.0], [-2.0, -0.25]]);
/// assert_eq!(nll_losses(&log_probs, &[0, 1]), Tensor::from([[0.5], [0.25]]));
/// ```
///
/// # Panics
/// If there is not one class per row, or a class is not below `F`.
#[track_caller]
pub fn nll_losses<const F: usize, E: Element, C: Classes + ?Sized>(
    log_probs: &Tensor<F, E>,
    classes: &C,
) -> Tensor<1, E> {
    CrossEntropy::new().of_log_probs().losses(log_probs, classes)
}

/// [`nll_losses`] with its pullback.
#[track_caller]
pub fn nll_losses_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
    log_probs: &Tensor<F, E>,
    classes: &C,
) -> (
    Tensor<1, E>,
    impl FnOnce(Tensor<1, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E, C>,
) {
    without_settings(CrossEntropy::new().of_log_probs().losses_vjp(log_probs, classes))
}
