mod settings;

pub use settings::Ctc;

use crate::value::NoGradient;
use crate::{Element, Ids, Tensor};

/// Computes the connectionist temporal classification loss: -ln of the probability of each target, over all its alignments to the
/// steps of the input, by the length of the target; the mean of the batch.
///
/// `log_probs` has shape `[batch, steps, classes]`, such as [`log_softmax`](Tensor::log_softmax) of logits, and `targets`
/// `[batch, longest]`, padded with any ids. Class 0 is the blank. A target that is too long for its input has an infinite loss. For
/// another blank, and for losses without those, see [`Ctc`]. Graves et al., "Connectionist Temporal Classification", 2006; the mean is
/// that of PyTorch's `F.ctc_loss`, whose steps are the first axis.
///
/// ```
/// use tiedw_core::{Ids, Tensor, loss::ctc_loss};
///
/// // Two steps, with a blank and one letter: "a" may be written as "a", "-a" or "a-".
/// let log_probs = Tensor::<2>::zeros([1, 2]).log_softmax();
/// let loss = ctc_loss(&log_probs, &Ids::from_vec([1, 1], vec![1]), &[2], &[1]);
/// assert!((loss + 0.75_f32.ln()).abs() < 1e-6);
/// ```
///
/// # Panics
/// If the shapes and the numbers of lengths do not fit, a length is too large, or a target has a blank or a class not below `F`.
#[track_caller]
pub fn ctc_loss<const F: usize, E: Element>(
    log_probs: &Tensor<F, E>,
    targets: &Ids,
    input_lengths: &[usize],
    target_lengths: &[usize],
) -> E {
    Ctc::new().loss(log_probs, targets, input_lengths, target_lengths)
}

/// [`ctc_loss`] with its pullback.
///
/// The cotangent of `log_probs` is that of any numbers; that of the logits, after the softmax, is PyTorch's. That of an infinite loss
/// is NaN.
///
/// ```
/// use tiedw_core::{Ids, Tensor, loss::ctc_loss_vjp};
///
/// let log_probs = Tensor::<2>::zeros([1, 2]).log_softmax();
/// let (_, pullback) = ctc_loss_vjp(&log_probs, &Ids::from_vec([1, 1], vec![1]), &[2], &[1]);
/// // Minus the probability of each class at each step: two of three alignments have the letter there.
/// let dlog_probs = pullback(1.0, [true, false, false, false]).0.unwrap();
/// assert!((dlog_probs + Tensor::from([1.0 / 3.0, 2.0 / 3.0])).abs().max() < 1e-6);
/// ```
#[track_caller]
pub fn ctc_loss_vjp<const F: usize, E: Element>(
    log_probs: &Tensor<F, E>,
    targets: &Ids,
    input_lengths: &[usize],
    target_lengths: &[usize],
) -> (E, impl FnOnce(E, [bool; 4]) -> OfFunction<F, E> + use<F, E>) {
    without_settings(Ctc::new().loss_vjp(log_probs, targets, input_lengths, target_lengths))
}

/// Computes the loss of each item of the batch, not divided by the length of its target.
///
/// ```
/// use tiedw_core::{Ids, Tensor, loss::ctc_losses};
///
/// let log_probs = Tensor::<2>::zeros([2, 2]).log_softmax();
/// let losses = ctc_losses(&log_probs, &Ids::from_vec([2, 2], vec![1, 0, 1, 1]), &[2, 2], &[1, 2]);
/// // Between two equal letters there must be a blank.
/// assert!((losses.get(&[0, 0]) + 0.75_f32.ln()).abs() < 1e-6 && losses.get(&[1, 0]) == f32::INFINITY);
/// ```
///
/// # Panics
/// As [`ctc_loss`].
#[track_caller]
pub fn ctc_losses<const F: usize, E: Element>(
    log_probs: &Tensor<F, E>,
    targets: &Ids,
    input_lengths: &[usize],
    target_lengths: &[usize],
) -> Tensor<1, E> {
    Ctc::new().losses(log_probs, targets, input_lengths, target_lengths)
}

/// [`ctc_losses`] with its pullback.
#[track_caller]
pub fn ctc_losses_vjp<const F: usize, E: Element>(
    log_probs: &Tensor<F, E>,
    targets: &Ids,
    input_lengths: &[usize],
    target_lengths: &[usize],
) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 4]) -> OfFunction<F, E> + use<F, E>) {
    without_settings(Ctc::new().losses_vjp(log_probs, targets, input_lengths, target_lengths))
}

/// The cotangents of the arguments of a function.
type OfFunction<const F: usize, E> =
    (Option<Tensor<F, E>>, Option<NoGradient>, Option<NoGradient>, Option<NoGradient>);
/// The cotangents of the settings and the arguments of a method.
type OfMethod<const F: usize, E> =
    (Option<NoGradient>, Option<Tensor<F, E>>, Option<NoGradient>, Option<NoGradient>, Option<NoGradient>);

/// Returns the pullback of a method of settings in the form of a function.
fn without_settings<const F: usize, E: Element, D, P: FnOnce(D, [bool; 5]) -> OfMethod<F, E>>(
    (value, pullback): (D, P),
) -> (D, impl FnOnce(D, [bool; 4]) -> OfFunction<F, E> + use<F, E, D, P>) {
    (value, move |d: D, [wanted, ..]: [bool; 4]| {
        let (_, dlog_probs, ..) = pullback(d, [false, wanted, false, false, false]);
        (dlog_probs, None, None, None)
    })
}
