use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp};
use crate::{Element, Tensor};

/// The minimum variance, as in PyTorch.
const EPS: f64 = 1e-6;

/// Computes the mean negative log likelihood of `target` under normal distributions, over all elements, without the constant
/// ln(2π) / 2: (ln v + (mean - target)² / v) / 2 with v = `variance`, which is clamped to at least 1e-6.
///
/// As in PyTorch, the gradient of the variance is that of v, also where it was clamped. Nix and Weigend, "Estimating the Mean and
/// Variance of the Target Probability Distribution", 1994. A network's output becomes a variance by
/// [`softplus`](Tensor::softplus) or [`exp`](Tensor::exp).
///
/// ```
/// use tiedw_core::{Tensor, loss::gaussian_nll_loss};
///
/// let (mean, target) = (Tensor::from([1.0, 2.0]), Tensor::from([3.0, 2.0]));
/// let variance = Tensor::from([4.0, 1.0]);
/// assert_eq!(gaussian_nll_loss(&mean, &target, &variance), (4.0_f32.ln() + 1.0) / 4.0);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn gaussian_nll_loss<const F: usize, E: Element>(
    mean: &Tensor<F, E>,
    target: &Tensor<F, E>,
    variance: &Tensor<F, E>,
) -> E {
    self::mean(GaussianNll, &difference(mean, target), variance)
}

/// [`gaussian_nll_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::gaussian_nll_loss_vjp};
///
/// let (mean, target) = (Tensor::from([1.0, 2.0]), Tensor::from([3.0, 2.0]));
/// let (_, pullback) = gaussian_nll_loss_vjp(&mean, &target, &Tensor::from([4.0, 1.0]));
/// // The mean moves to the target, and a variance without an error shrinks.
/// let (dmean, _, dvariance) = pullback(1.0, [true, false, true]);
/// assert_eq!(dmean.unwrap(), Tensor::from([-0.25, 0.0]));
/// assert_eq!(dvariance.unwrap(), Tensor::from([0.0, 0.25]));
/// ```
#[track_caller]
pub fn gaussian_nll_loss_vjp<const F: usize, E: Element>(
    mean: &Tensor<F, E>,
    target: &Tensor<F, E>,
    variance: &Tensor<F, E>,
) -> (
    E,
    impl FnOnce(E, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>,
) {
    let (loss, pullback) = mean_vjp(GaussianNll, &difference(mean, target), variance);
    (loss, move |d: E, wanted: [bool; 3]| of_operands(wanted, |wanted| pullback(d, (wanted, []))))
}

/// Computes the negative log likelihood of each element, whose mean is [`gaussian_nll_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::gaussian_nll_losses};
///
/// let (mean, target) = (Tensor::from([1.0, 2.0]), Tensor::from([3.0, 2.0]));
/// assert_eq!(gaussian_nll_losses(&mean, &target, &Tensor::ones([])), Tensor::from([2.0, 0.0]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn gaussian_nll_losses<const F: usize, E: Element>(
    mean: &Tensor<F, E>,
    target: &Tensor<F, E>,
    variance: &Tensor<F, E>,
) -> Tensor<F, E> {
    each(GaussianNll, &difference(mean, target), variance)
}

/// [`gaussian_nll_losses`] with its pullback.
#[track_caller]
pub fn gaussian_nll_losses_vjp<const F: usize, E: Element>(
    mean: &Tensor<F, E>,
    target: &Tensor<F, E>,
    variance: &Tensor<F, E>,
) -> (
    Tensor<F, E>,
    impl FnOnce(Tensor<F, E>, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<Tensor<F, E>>)
    + use<F, E>,
) {
    let (losses, pullback) = each_vjp(GaussianNll, &difference(mean, target), variance);
    (losses, move |d: Tensor<F, E>, wanted: [bool; 3]| {
        of_operands(wanted, |wanted| pullback(d, (wanted, [])))
    })
}

#[track_caller]
fn difference<const F: usize, E: Element>(mean: &Tensor<F, E>, target: &Tensor<F, E>) -> Tensor<F, E> {
    mean.zip(target, "gaussian_nll_loss", |mean, target| mean - target)
}

/// Returns the cotangents of the mean, the target and the variance from those of the difference and the variance.
fn of_operands<const F: usize, E: Element>(
    [mean, target, variance]: [bool; 3],
    pullback: impl FnOnce([bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, [Option<E>; 0]),
) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<Tensor<F, E>>) {
    let (dmean, dvariance, []) = pullback([mean || target, variance]);
    let dtarget = dmean.as_ref().filter(|_| target).map(|dmean| -dmean);
    (dmean.filter(|_| mean), dtarget, dvariance)
}

/// The loss of a difference from the mean and a variance.
#[derive(Clone, Copy)]
struct GaussianNll;

impl<E: Element> Pointwise<E, 0> for GaussianNll {
    const NAME: &str = "gaussian_nll_loss";

    #[inline]
    fn loss(self, difference: E, variance: E) -> E {
        let v = clamped(variance);
        E::from_f64(0.5) * (v.ln() + difference * difference / v)
    }

    #[inline]
    fn by_y(self, difference: E, variance: E) -> E {
        difference / clamped(variance)
    }

    #[inline]
    fn by_target(self, difference: E, variance: E) -> E {
        let v = clamped(variance);
        E::from_f64(0.5) * (E::ONE - difference * difference / v) / v
    }
}

fn clamped<E: Element>(variance: E) -> E {
    let eps = E::from_f64(EPS);
    if variance < eps { variance.replaced_by(eps) } else { variance }
}
