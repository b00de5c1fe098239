use super::bce_with_logits::BinaryEntropy;
use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp};
use crate::kernels::{Exponent, MulAdd, sigmoids};
use crate::{Element, Tensor};

/// Computes the mean focal loss over all elements, which counts what is already classified well less: the binary cross entropy
/// of each logit and target t times (1 - p)^γ, where p is the probability of the target.
///
/// Each element is also weighted by `alpha` t + (1 - `alpha`) (1 - t), unless `alpha` is negative. Lin et al., "Focal Loss for
/// Dense Object Detection", 2017; the formula and its defaults, 0.25 and 2, are those of torchvision's `sigmoid_focal_loss`. For
/// classes that exclude each other see [`CrossEntropy::focal`](super::CrossEntropy::focal).
///
/// ```
/// use tiedw_core::{Tensor, loss::{bce_with_logits_loss, sigmoid_focal_loss}};
///
/// let (logits, target) = (Tensor::from([0.0]), Tensor::from([1.0]));
/// let plain = bce_with_logits_loss(&logits, &target);
/// assert_eq!(sigmoid_focal_loss(&logits, &target, -1.0, 2.0), plain * 0.25);
/// assert_eq!(sigmoid_focal_loss(&logits, &target, 0.125, 0.0), plain * 0.125);
/// ```
///
/// # Panics
/// If the shapes differ, or `gamma` is infinite or NaN.
#[track_caller]
pub fn sigmoid_focal_loss<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
    alpha: E,
    gamma: E,
) -> E {
    mean(SigmoidFocal::new(alpha, gamma), logits, target)
}

/// [`sigmoid_focal_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::sigmoid_focal_loss_vjp};
///
/// let (logits, target) = (Tensor::from([0.0, 3.0]), Tensor::from([1.0, 1.0]));
/// let (_, pullback) = sigmoid_focal_loss_vjp(&logits, &target, 0.25, 2.0);
/// let (dlogits, ..) = pullback(1.0, [true, false, false, false]);
/// let dlogits = dlogits.unwrap();
/// assert!(dlogits.get(&[0]) < 100.0 * dlogits.get(&[1]) && dlogits.get(&[1]) < 0.0);
/// ```
#[track_caller]
pub fn sigmoid_focal_loss_vjp<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
    alpha: E,
    gamma: E,
) -> (E, impl FnOnce(E, [bool; 4]) -> Cotangents<F, E> + use<F, E>) {
    let (loss, pullback) = mean_vjp(SigmoidFocal::new(alpha, gamma), logits, target);
    (loss, move |d: E, [logits, target, alpha, gamma]: [bool; 4]| {
        let (dlogits, dtarget, [dalpha, dgamma]) = pullback(d, ([logits, target], [alpha, gamma]));
        (dlogits, dtarget, dalpha, dgamma)
    })
}

/// Computes the focal loss of each element, whose mean is [`sigmoid_focal_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::sigmoid_focal_losses};
///
/// let (logits, target) = (Tensor::from([0.0, 9.0]), Tensor::from([1.0, 1.0]));
/// let losses = sigmoid_focal_losses(&logits, &target, 0.25, 2.0);
/// assert!(losses.get(&[0]) > 0.04 && losses.get(&[1]) < 1e-9);
/// ```
///
/// # Panics
/// If the shapes differ, or `gamma` is infinite or NaN.
#[track_caller]
pub fn sigmoid_focal_losses<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
    alpha: E,
    gamma: E,
) -> Tensor<F, E> {
    each(SigmoidFocal::new(alpha, gamma), logits, target)
}

/// [`sigmoid_focal_losses`] with its pullback.
#[track_caller]
pub fn sigmoid_focal_losses_vjp<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
    alpha: E,
    gamma: E,
) -> (Tensor<F, E>, impl FnOnce(Tensor<F, E>, [bool; 4]) -> Cotangents<F, E> + use<F, E>) {
    let (losses, pullback) = each_vjp(SigmoidFocal::new(alpha, gamma), logits, target);
    (losses, move |d: Tensor<F, E>, [logits, target, alpha, gamma]: [bool; 4]| {
        let (dlogits, dtarget, [dalpha, dgamma]) = pullback(d, ([logits, target], [alpha, gamma]));
        (dlogits, dtarget, dalpha, dgamma)
    })
}

/// Of the logits, the target, alpha and gamma.
type Cotangents<const F: usize, E> = (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>, Option<E>);

#[derive(Clone, Copy)]
struct SigmoidFocal<E> {
    alpha: E,
    gamma: E,
    exponent: Exponent<E>,
    less: Exponent<E>,
}

impl<E: Element> SigmoidFocal<E> {
    #[track_caller]
    fn new(alpha: E, gamma: E) -> Self {
        let exponents = (Exponent::new(gamma), Exponent::new(gamma - E::ONE));
        let (Some(exponent), Some(less)) = exponents else {
            panic!("sigmoid_focal_loss with gamma {gamma}");
        };
        SigmoidFocal { alpha, gamma, exponent, less }
    }

    fn weight(self, t: E) -> E {
        if self.alpha < E::ZERO { E::ONE } else { self.alpha * t + (E::ONE - self.alpha) * (E::ONE - t) }
    }

    /// The derivative of the power of what misses from probability 1, by that.
    fn slope(self, miss: E) -> E {
        if self.gamma == E::ZERO || miss == E::ZERO {
            E::ZERO
        } else {
            self.gamma * miss.to_finite_power(self.less)
        }
    }
}

/// The probability that misses from 1: that of the other class.
fn miss<E: Element>((p, rest): (E, E), t: E) -> E {
    p * (E::ONE - t) + rest * t
}

impl<E: Element> Pointwise<E, 2> for SigmoidFocal<E> {
    const NAME: &str = "sigmoid_focal_loss";

    #[inline]
    fn loss(self, x: E, t: E) -> E {
        let miss = miss(sigmoids(x, MulAdd::PORTABLE), t);
        self.weight(t) * BinaryEntropy.loss(x, t) * miss.to_finite_power(self.exponent)
    }

    #[inline]
    fn by_y(self, x: E, t: E) -> E {
        let (p, rest) = sigmoids(x, MulAdd::PORTABLE);
        let miss = miss((p, rest), t);
        let of_entropy = BinaryEntropy.by_y(x, t) * miss.to_finite_power(self.exponent);
        let of_miss = BinaryEntropy.loss(x, t) * self.slope(miss) * p * rest * (E::ONE - t - t);
        self.weight(t) * (of_entropy + of_miss)
    }

    #[inline]
    fn by_target(self, x: E, t: E) -> E {
        let (p, rest) = sigmoids(x, MulAdd::PORTABLE);
        let (miss, entropy) = (miss((p, rest), t), BinaryEntropy.loss(x, t));
        let power = miss.to_finite_power(self.exponent);
        let of_weight = if self.alpha < E::ZERO { E::ZERO } else { self.alpha + self.alpha - E::ONE };
        let of_rest = BinaryEntropy.by_target(x, t) * power + entropy * self.slope(miss) * (rest - p);
        of_weight * entropy * power + self.weight(t) * of_rest
    }

    #[inline]
    fn by_options(self, x: E, t: E) -> [E; 2] {
        let miss = miss(sigmoids(x, MulAdd::PORTABLE), t);
        let plain = BinaryEntropy.loss(x, t) * miss.to_finite_power(self.exponent);
        let of_alpha = if self.alpha < E::ZERO { E::ZERO } else { t + t - E::ONE };
        let of_gamma = if miss == E::ZERO { E::ZERO } else { self.weight(t) * miss.ln() };
        [of_alpha * plain, of_gamma * plain]
    }
}
