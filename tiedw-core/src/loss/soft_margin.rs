use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp};
use super::signs::signs;
use crate::kernels::{MulAdd, sigmoid, softplus_tail};
use crate::value::NoGradient;
use crate::{Element, Mask, Tensor};

/// Computes the mean soft margin loss over all elements: ln(1 + exp(-x)) where `positive`, and ln(1 + exp(x)) otherwise.
///
/// It never overflows.
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::soft_margin_loss};
///
/// let scores = Tensor::from([0.0, 1000.0, 1000.0]);
/// let positive = Mask::from([true, true, false]);
/// assert_eq!(soft_margin_loss(&scores, &positive), (2.0_f32.ln() + 1000.0) / 3.0);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn soft_margin_loss<const F: usize, E: Element>(scores: &Tensor<F, E>, positive: &Mask<F>) -> E {
    mean(SoftMargin, scores, &signs(positive))
}

/// [`soft_margin_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::soft_margin_loss_vjp};
///
/// let (_, pullback) = soft_margin_loss_vjp(&Tensor::from([0.0, 0.0]), &Mask::from([true, false]));
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap(), Tensor::from([-0.25, 0.25]));
/// ```
#[track_caller]
pub fn soft_margin_loss_vjp<const F: usize, E: Element>(
    scores: &Tensor<F, E>,
    positive: &Mask<F>,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E>) {
    let (loss, pullback) = mean_vjp(SoftMargin, scores, &signs(positive));
    (loss, move |d: E, [wanted, _]: [bool; 2]| (pullback(d, ([wanted, false], [])).0, None))
}

/// Computes the loss of each element, whose mean is [`soft_margin_loss`].
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::soft_margin_losses};
///
/// let losses = soft_margin_losses(&Tensor::from([0.0, 0.0]), &Mask::from([true, false]));
/// assert_eq!(losses, Tensor::full([], 2.0_f32.ln()));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn soft_margin_losses<const F: usize, E: Element>(
    scores: &Tensor<F, E>,
    positive: &Mask<F>,
) -> Tensor<F, E> {
    each(SoftMargin, scores, &signs(positive))
}

/// [`soft_margin_losses`] with its pullback.
#[track_caller]
pub fn soft_margin_losses_vjp<const F: usize, E: Element>(
    scores: &Tensor<F, E>,
    positive: &Mask<F>,
) -> (
    Tensor<F, E>,
    impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E>,
) {
    let (losses, pullback) = each_vjp(SoftMargin, scores, &signs(positive));
    (losses, move |d: Tensor<F, E>, [wanted, _]: [bool; 2]| (pullback(d, ([wanted, false], [])).0, None))
}

/// The loss of a score, and of the sign that it shall have.
#[derive(Clone, Copy)]
struct SoftMargin;

impl<E: Element> Pointwise<E, 0> for SoftMargin {
    const NAME: &str = "soft_margin_loss";

    #[inline(always)]
    fn loss(self, x: E, sign: E) -> E {
        let z = -sign * x;
        let positive = if z < E::ZERO { E::ZERO } else { z };
        positive + softplus_tail(z, MulAdd::PORTABLE)
    }

    #[inline(always)]
    fn by_y(self, x: E, sign: E) -> E {
        -sign * sigmoid(-sign * x, MulAdd::PORTABLE)
    }

    #[inline(always)]
    fn by_target(self, _: E, _: E) -> E {
        E::ZERO
    }
}
