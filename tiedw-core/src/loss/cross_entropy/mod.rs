mod nll;
mod rows;
mod settings;
mod soft;

pub use nll::{nll_loss, nll_loss_vjp, nll_losses, nll_losses_vjp};
pub use settings::CrossEntropy;
pub use soft::{
    soft_cross_entropy_loss, soft_cross_entropy_loss_vjp, soft_cross_entropy_losses,
    soft_cross_entropy_losses_vjp,
};

use super::Classes;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Computes the mean cross entropy over rows between the softmax of `logits` and the class of the row.
///
/// For weights of classes, ignored classes, label smoothing and the focal loss see [`CrossEntropy`].
///
/// ```
/// use tiedw_core::{Tensor, loss::cross_entropy_loss};
///
/// let logits = Tensor::<2>::from_vec([2], vec![0.0, 0.0, 1000.0, 0.0]);
/// assert_eq!(cross_entropy_loss(&logits, &[1, 0]), 2.0_f32.ln() / 2.0);
/// ```
///
/// # Panics
/// If there is not one class per row, or a class is not below `F`.
#[track_caller]
pub fn cross_entropy_loss<const F: usize, E: Element, C: Classes + ?Sized>(
    logits: &Tensor<F, E>,
    classes: &C,
) -> E {
    CrossEntropy::new().loss(logits, classes)
}

/// [`cross_entropy_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::cross_entropy_loss_vjp};
///
/// let (_, pullback) = cross_entropy_loss_vjp(&Tensor::<2>::zeros([1]), &[1]);
/// // softmax(x), minus 1 at the class.
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap().as_slice(), [0.5, -0.5]);
/// ```
#[track_caller]
pub fn cross_entropy_loss_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
    logits: &Tensor<F, E>,
    classes: &C,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E, C>) {
    without_settings(CrossEntropy::new().loss_vjp(logits, classes))
}

/// Computes the cross entropy of each row, whose mean is [`cross_entropy_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::cross_entropy_losses};
///
/// let logits = Tensor::from([[0.0, 0.0], [1000.0, 0.0]]);
/// assert_eq!(cross_entropy_losses(&logits, &[1, 1]), Tensor::from([[2.0_f32.ln()], [1000.0]]));
/// ```
///
/// # Panics
/// If there is not one class per row, or a class is not below `F`.
#[track_caller]
pub fn cross_entropy_losses<const F: usize, E: Element, C: Classes + ?Sized>(
    logits: &Tensor<F, E>,
    classes: &C,
) -> Tensor<1, E> {
    CrossEntropy::new().losses(logits, classes)
}

/// [`cross_entropy_losses`] with its pullback.
#[track_caller]
pub fn cross_entropy_losses_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
    logits: &Tensor<F, E>,
    classes: &C,
) -> (
    Tensor<1, E>,
    impl FnOnce(Tensor<1, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E, C>,
) {
    without_settings(CrossEntropy::new().losses_vjp(logits, classes))
}

/// The cotangents of the settings, the logits and the classes.
type OfMethod<T> = (Option<NoGradient>, Option<T>, Option<NoGradient>);

/// Returns the pullback of a method of settings in the form of a function.
fn without_settings<D, T, P: FnOnce(D, [bool; 3]) -> OfMethod<T>>(
    (value, pullback): (D, P),
) -> (D, impl FnOnce(D, [bool; 2]) -> (Option<T>, Option<NoGradient>) + use<D, T, P>) {
    (value, move |d: D, [wanted, _]: [bool; 2]| {
        let (_, dlogits, _) = pullback(d, [false, wanted, false]);
        (dlogits, None)
    })
}
