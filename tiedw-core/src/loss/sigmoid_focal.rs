use super::bce_with_logits::BinaryEntropy;
use super::pointwise::{Pointwise, each, times_cotangent};
use super::rows::mean_vjp;
use crate::kernels::{MulAdd, sigmoids};
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
/// If the shapes differ.
#[track_caller]
pub fn sigmoid_focal_loss<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
    alpha: E,
    gamma: E,
) -> E {
    sigmoid_focal_losses(logits, target, alpha, gamma).mean()
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
    mean_vjp(sigmoid_focal_losses_vjp(logits, target, alpha, gamma))
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
/// If the shapes differ.
#[track_caller]
pub fn sigmoid_focal_losses<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
    alpha: E,
    gamma: E,
) -> Tensor<F, E> {
    Parts::new(logits, target, alpha, gamma).losses()
}

/// [`sigmoid_focal_losses`] with its pullback.
#[track_caller]
pub fn sigmoid_focal_losses_vjp<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    target: &Tensor<F, E>,
    alpha: E,
    gamma: E,
) -> (Tensor<F, E>, impl FnOnce(Tensor<F, E>, [bool; 4]) -> Cotangents<F, E> + use<F, E>) {
    let parts = Parts::new(logits, target, alpha, gamma);
    (parts.losses(), move |d: Tensor<F, E>, [logits, target, of_alpha, of_gamma]: [bool; 4]| {
        let Parts { logits: x, target: t, entropies, miss, powers, .. } = &parts;
        let plain = times(entropies.clone(), powers);
        // The entropies, which may be large, are multiplied last.
        let (of_miss, of_entropy) = (parts.weighted(parts.slopes()), parts.weighted(powers.clone()));
        let dlogits = logits.then(|| {
            let by_entropy = times(x.zip(t, NAME, |x, t| BinaryEntropy.by_y(x, t)), &of_entropy);
            let dmiss = x.zip(t, NAME, |x, t| {
                let (p, rest) = sigmoids(x, MulAdd::PORTABLE);
                p * rest * (E::ONE - t - t)
            });
            times_cotangents(by_entropy + times(times(dmiss, &of_miss), entropies), &d)
        });
        let dtarget = target.then(|| {
            let dmiss = x.map(|x| {
                let (p, rest) = sigmoids(x, MulAdd::PORTABLE);
                rest - p
            });
            let of_rest = times(times(dmiss, &of_miss), entropies) - times(x.clone(), &of_entropy);
            let of_weight = if alpha < E::ZERO { E::ZERO } else { alpha + alpha - E::ONE };
            times_cotangents(of_rest.zip_into(&plain, NAME, |rest, plain| rest + of_weight * plain), &d)
        });
        let dalpha = of_alpha.then(|| {
            let sign = |t: E| if alpha < E::ZERO { E::ZERO } else { t + t - E::ONE };
            times_cotangents(plain.zip(t, NAME, |plain, t| plain * sign(t)), &d).sum()
        });
        let dgamma = of_gamma.then(|| {
            let logs = miss.map(|miss| if miss == E::ZERO { E::ZERO } else { miss.ln() });
            times_cotangents(times(logs, &parts.losses()), &d).sum()
        });
        (dlogits, dtarget, dalpha, dgamma)
    })
}

/// Of the logits, the target, alpha and gamma.
type Cotangents<const F: usize, E> = (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>, Option<E>);

const NAME: &str = "sigmoid_focal_loss";

/// The factors of the losses. Each is computed by its own loop, which is short enough to be vectorized.
struct Parts<const F: usize, E: Element> {
    logits: Tensor<F, E>,
    target: Tensor<F, E>,
    alpha: E,
    gamma: E,
    entropies: Tensor<F, E>,
    /// The probability that the target misses from 1.
    miss: Tensor<F, E>,
    /// That to the power gamma.
    powers: Tensor<F, E>,
}

impl<const F: usize, E: Element> Parts<F, E> {
    #[track_caller]
    fn new(logits: &Tensor<F, E>, target: &Tensor<F, E>, alpha: E, gamma: E) -> Self {
        logits.same_shape(target, NAME);
        let entropies = each(BinaryEntropy, logits, target);
        let miss = logits.zip(target, NAME, |x, t| {
            let (p, rest) = sigmoids(x, MulAdd::PORTABLE);
            p * (E::ONE - t) + rest * t
        });
        let powers = miss.powf(gamma);
        Parts { logits: logits.clone(), target: target.clone(), alpha, gamma, entropies, miss, powers }
    }

    fn losses(&self) -> Tensor<F, E> {
        self.weighted(times(self.entropies.clone(), &self.powers))
    }

    /// Returns `y` times the weights of the elements.
    fn weighted(&self, y: Tensor<F, E>) -> Tensor<F, E> {
        let alpha = self.alpha;
        if alpha < E::ZERO {
            return y;
        }
        y.zip_into(&self.target, NAME, |y, t| y * (alpha * t + (E::ONE - alpha) * (E::ONE - t)))
    }

    /// The derivatives of the powers by `miss`.
    fn slopes(&self) -> Tensor<F, E> {
        let gamma = self.gamma;
        let slope =
            |power, miss: E| if gamma.vanishes() || miss.vanishes() { E::ZERO } else { gamma * power };
        let less = if (gamma - E::from_f64(2.0)).vanishes() {
            self.miss.clone()
        } else {
            self.miss.powf(gamma - E::ONE)
        };
        less.zip_into(&self.miss, NAME, slope)
    }
}

fn times<const F: usize, E: Element>(y: Tensor<F, E>, factors: &Tensor<F, E>) -> Tensor<F, E> {
    y.zip_into(factors, NAME, |y, factor| y * factor)
}

fn times_cotangents<const F: usize, E: Element>(slopes: Tensor<F, E>, d: &Tensor<F, E>) -> Tensor<F, E> {
    slopes.zip_into(d, NAME, times_cotangent)
}
