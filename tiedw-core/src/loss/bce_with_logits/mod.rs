mod settings;

pub use settings::BceWithLogits;

use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp, of_two};
use crate::kernels::{MulAdd, sigmoids, softplus_tail};
use crate::{Element, Tensor};

/// Computes the mean binary cross entropy between logits and target probabilities, over all elements.
///
/// `max(x, 0) - x t + ln(1 + exp(-|x|))` for each logit x and target t; it never overflows. For weights of classes see
/// [`BceWithLogits`].
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
    mean(BinaryEntropy, logits, target)
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
    of_two(mean_vjp(BinaryEntropy, logits, target))
}

/// Computes the binary cross entropy of each element, whose mean is [`bce_with_logits_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::bce_with_logits_losses};
///
/// let (logits, target) = (Tensor::from([0.0, -3.0]), Tensor::from([1.0, 1.0]));
/// assert!((bce_with_logits_losses(&logits, &target) - Tensor::from([0.693147, 3.048587])).abs().max() < 1e-6);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn bce_with_logits_losses<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> Tensor<F, E> {
    each(BinaryEntropy, logits, target)
}

/// [`bce_with_logits_losses`] with its pullback.
#[track_caller]
pub fn bce_with_logits_losses_vjp<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (
    Tensor<F, E>,
    impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>,
) {
    of_two(each_vjp(BinaryEntropy, logits, target))
}

#[derive(Clone, Copy)]
pub(super) struct BinaryEntropy;

impl<E: Element> Pointwise<E, 0> for BinaryEntropy {
    const NAME: &str = "bce_with_logits_loss";

    #[inline(always)]
    fn loss(self, x: E, t: E) -> E {
        // max(x, 0) - x t, without cancellation for t near 1.
        let linear = if x < E::ZERO { -x * t } else { x * (E::ONE - t) };
        linear + softplus_tail(x, MulAdd::PORTABLE)
    }

    #[inline(always)]
    fn by_y(self, x: E, t: E) -> E {
        // sigmoid(x) - t, without cancellation for t near 0 or 1.
        let (s, rest) = sigmoids(x, MulAdd::PORTABLE);
        s * (E::ONE - t) - rest * t
    }

    #[inline(always)]
    fn by_target(self, x: E, _: E) -> E {
        -x
    }
}
