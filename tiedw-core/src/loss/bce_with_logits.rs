use crate::kernels::{MulAdd, sigmoids, sum_zip};
use crate::{Element, Tensor};

/// Computes the mean binary cross entropy between logits and target probabilities, over all elements.
///
/// `max(x, 0) - x t + ln(1 + exp(-|x|))` for each logit x and target t; it never overflows.
///
/// ```
/// use tiedw_core::{Tensor, loss::bce_with_logits_loss};
///
/// let logits = Tensor::<2>::from_vec([1], vec![0.0, 1000.0]);
/// let target = Tensor::from_vec([1], vec![0.5, 1.0]);
/// assert_eq!(bce_with_logits_loss(&logits, &target), 2.0_f32.ln() / 2.0);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn bce_with_logits_loss<const F: usize, E: Element>(logits: &Tensor<F, E>, target: &Tensor<F, E>) -> E {
    logits.same_shape(target, "bce_with_logits_loss");
    let total = sum_zip(logits.as_slice(), target.as_slice(), |x, t| {
        // max(x, 0) - x t, without cancellation for t near 1.
        let linear = if x < E::ZERO { -x * t } else { x * (E::ONE - t) };
        linear + (-x.abs()).exp().ln_1p()
    });
    total / E::from_count(logits.as_slice().len())
}

/// [`bce_with_logits_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::bce_with_logits_loss_vjp};
///
/// let (logits, target) = (Tensor::<2>::zeros([1]), Tensor::from_vec([1], vec![1.0, 0.0]));
/// let (_, pullback) = bce_with_logits_loss_vjp(&logits, &target);
/// // (sigmoid(x) - t) / 2, as there are two elements.
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap().as_slice(), [-0.25, 0.25]);
/// ```
#[track_caller]
pub fn bce_with_logits_loss_vjp<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>) {
    let loss = bce_with_logits_loss(logits, target);
    let (logits, target) = (logits.clone(), target.clone());
    (loss, move |d: E, [logits_wanted, target_wanted]: [bool; 2]| {
        let factor = d / E::from_count(logits.as_slice().len());
        let dlogits = logits_wanted.then(|| {
            // sigmoid(x) - t, without cancellation for t near 0 or 1.
            logits.zip(&target, "bce_with_logits_loss", |x, t| {
                let (s, rest) = sigmoids(x, MulAdd::PORTABLE);
                factor * (s * (E::ONE - t) - rest * t)
            })
        });
        let dtarget = target_wanted.then(|| logits.map(|x| -factor * x));
        (dlogits, dtarget)
    })
}
