use super::rows::mean_vjp;
use crate::kernels::sum_zip;
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Computes the mean over rows of the Kullback-Leibler divergence Σ t (ln t - x) of the probabilities t = `targets` from those
/// whose logarithms are x = `log_probs`, where 0 ln 0 = 0.
///
/// This is PyTorch's `F.kl_div(log_probs, targets, reduction="batchmean")` of `[rows, classes]`; its default, which also divides
/// by the number of classes, is no divergence. [`log_softmax`](Tensor::log_softmax) of logits are such logarithms.
///
/// ```
/// use tiedw_core::{Tensor, loss::kl_div_loss};
///
/// let logits = Tensor::from([[0.0, 0.0], [0.0, 0.0]]);
/// let targets = Tensor::from([[0.5, 0.5], [1.0, 0.0]]);
/// assert!((kl_div_loss(&logits.log_softmax(), &targets) - 2.0_f32.ln() / 2.0).abs() < 1e-6);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn kl_div_loss<const F: usize, E: Element>(log_probs: &Tensor<F, E>, targets: &Tensor<F, E>) -> E {
    kl_div_losses(log_probs, targets).mean()
}

/// [`kl_div_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::kl_div_loss_vjp};
///
/// let (_, pullback) = kl_div_loss_vjp(&Tensor::from([-1.0, -2.0]), &Tensor::from([0.25, 0.75]));
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap(), Tensor::from([-0.25, -0.75]));
/// ```
#[track_caller]
pub fn kl_div_loss_vjp<const F: usize, E: Element>(
    log_probs: &Tensor<F, E>,
    targets: &Tensor<F, E>,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>) {
    mean_vjp(kl_div_losses_vjp(log_probs, targets))
}

/// Computes the divergence of each row, whose mean is [`kl_div_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::kl_div_losses};
///
/// let targets = Tensor::from([[0.0, 1.0], [1.0, 0.0]]);
/// let log_probs = Tensor::from([[-1.0, -2.0], [-3.0, -4.0]]);
/// assert_eq!(kl_div_losses(&log_probs, &targets), Tensor::from([[2.0], [3.0]]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn kl_div_losses<const F: usize, E: Element>(
    log_probs: &Tensor<F, E>,
    targets: &Tensor<F, E>,
) -> Tensor<1, E> {
    log_probs.same_shape(targets, "kl_div_loss");
    let rows = log_probs.each_row().zip(targets.each_row());
    let of_row = |(x, t): (&[E], &[E])| sum_zip(x, t, |x, t| entropy_term(t) - t * x);
    Tensor::with_axes_of(log_probs, rows.map(of_row).collect())
}

/// [`kl_div_losses`] with its pullback.
#[track_caller]
pub fn kl_div_losses_vjp<const F: usize, E: Element>(
    log_probs: &Tensor<F, E>,
    targets: &Tensor<F, E>,
) -> (
    Tensor<1, E>,
    impl FnOnce(Tensor<1, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>,
) {
    let losses = kl_div_losses(log_probs, targets);
    let (log_probs, targets) = (log_probs.clone(), targets.clone());
    (losses, move |d: Tensor<1, E>, [x_wanted, t_wanted]: [bool; 2]| {
        let by_row = |slope: fn(E, E) -> E| {
            let mut dx = PooledVec::with_capacity(targets.as_slice().len());
            for ((x, t), &d) in log_probs.each_row().zip(targets.each_row()).zip(d.as_slice()) {
                // A row without a cotangent has no gradient, also if it is infinite.
                let slope = |(&x, &t): (&E, &E)| if d.vanishes() { E::ZERO } else { d * slope(x, t) };
                dx.extend(x.iter().zip(t).map(slope));
            }
            Tensor::with_axes_of(&targets, dx)
        };
        (x_wanted.then(|| by_row(|_, t| -t)), t_wanted.then(|| by_row(|x, t| entropy_slope(t) - x)))
    })
}

/// t ln t, and 0 at 0.
fn entropy_term<E: Element>(t: E) -> E {
    if t.vanishes() { E::ZERO } else { t * t.ln() }
}

/// The derivative of t ln t; NaN at 0, where it is infinite, as in PyTorch.
fn entropy_slope<E: Element>(t: E) -> E {
    if t == E::ZERO { E::from_f64(f64::NAN) } else { t.ln() + E::ONE }
}
