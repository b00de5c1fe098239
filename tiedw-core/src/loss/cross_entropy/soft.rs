//! Cross entropy with probabilities of the classes as targets.

use super::CrossEntropy;
use crate::kernels::{sum, sum_zip};
use crate::loss::pointwise::times_cotangent;
use crate::loss::rows::mean_vjp;
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Computes the mean over rows of the cross entropy -Σ t ln p between the softmax p of `logits` and the probabilities
/// t = `targets`, as PyTorch's `F.cross_entropy` with a target of the shape of the logits.
///
/// For weights of classes and label smoothing see [`CrossEntropy::soft_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::soft_cross_entropy_loss};
///
/// let (logits, targets) = (Tensor::from([[0.0, 0.0]]), Tensor::from([[0.25, 0.75]]));
/// assert_eq!(soft_cross_entropy_loss(&logits, &targets), 2.0_f32.ln());
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn soft_cross_entropy_loss<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    targets: &Tensor<F, E>,
) -> E {
    soft_cross_entropy_losses(logits, targets).mean()
}

/// [`soft_cross_entropy_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::soft_cross_entropy_loss_vjp};
///
/// let (logits, targets) = (Tensor::from([[0.0, 0.0]]), Tensor::from([[0.25, 0.75]]));
/// let (_, pullback) = soft_cross_entropy_loss_vjp(&logits, &targets);
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap(), Tensor::from([[0.25, -0.25]]));
/// ```
#[track_caller]
pub fn soft_cross_entropy_loss_vjp<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    targets: &Tensor<F, E>,
) -> (E, impl FnOnce(E, [bool; 2]) -> OfFunction<F, E> + use<F, E>) {
    mean_vjp(soft_cross_entropy_losses_vjp(logits, targets))
}

/// Computes the cross entropy of each row, whose mean is [`soft_cross_entropy_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::soft_cross_entropy_losses};
///
/// let (logits, targets) = (Tensor::from([[1000.0, 0.0]]), Tensor::from([[0.5, 0.5]]));
/// assert_eq!(soft_cross_entropy_losses(&logits, &targets), Tensor::from([[500.0]]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn soft_cross_entropy_losses<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    targets: &Tensor<F, E>,
) -> Tensor<1, E> {
    CrossEntropy::new().soft_losses(logits, targets)
}

/// [`soft_cross_entropy_losses`] with its pullback.
#[track_caller]
pub fn soft_cross_entropy_losses_vjp<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    targets: &Tensor<F, E>,
) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 2]) -> OfFunction<F, E> + use<F, E>) {
    let (losses, pullback) = CrossEntropy::new().soft_losses_vjp(logits, targets);
    (losses, move |d: Tensor<1, E>, [logits, targets]: [bool; 2]| {
        let (_, dlogits, dtargets) = pullback(d, [false, logits, targets]);
        (dlogits, dtargets)
    })
}

/// The cotangents of the logits and the targets.
type OfFunction<const F: usize, E> = (Option<Tensor<F, E>>, Option<Tensor<F, E>>);

/// The cotangents of the settings, the logits and the targets.
type OfMethod<const F: usize, E> = (Option<NoGradient>, Option<Tensor<F, E>>, Option<Tensor<F, E>>);

impl CrossEntropy {
    /// Computes the mean over rows of the cross entropy of probabilities: see
    /// [`soft_cross_entropy_loss`](crate::loss::soft_cross_entropy_loss). Unlike that of classes, it is not weighted, as in PyTorch.
    ///
    /// # Panics
    /// If the shapes differ, or there are weights but not `F`. If a class is ignored or the loss is focal, which are settings for
    /// classes.
    #[track_caller]
    pub fn soft_loss<const F: usize, E: Element>(&self, logits: &Tensor<F, E>, targets: &Tensor<F, E>) -> E {
        self.soft_losses(logits, targets).mean()
    }

    /// [`soft_loss`](CrossEntropy::soft_loss) with its pullback.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let (logits, targets) = (Tensor::from([[0.0, 0.0]]), Tensor::from([[1.0, 0.0]]));
    /// let (_, pullback) = CrossEntropy::new().label_smoothing(0.5).soft_loss_vjp(&logits, &targets);
    /// let (_, dlogits, _) = pullback(1.0, [false, true, false]);
    /// assert_eq!(dlogits.unwrap(), Tensor::from([[-0.25, 0.25]]));
    /// ```
    #[track_caller]
    pub fn soft_loss_vjp<const F: usize, E: Element>(
        &self,
        logits: &Tensor<F, E>,
        targets: &Tensor<F, E>,
    ) -> (E, impl FnOnce(E, [bool; 3]) -> OfMethod<F, E> + use<F, E>) {
        mean_vjp(self.soft_losses_vjp(logits, targets))
    }

    /// Computes the cross entropy of each row with probabilities.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let (logits, targets) = (Tensor::from([[0.0, 0.0]]), Tensor::from([[0.5, 0.5]]));
    /// let loss = CrossEntropy::new().class_weights([3.0, 1.0]);
    /// assert_eq!(loss.soft_losses(&logits, &targets), Tensor::from([[2.0 * 2.0_f32.ln()]]));
    /// ```
    ///
    /// # Panics
    /// As [`soft_loss`](CrossEntropy::soft_loss).
    #[track_caller]
    pub fn soft_losses<const F: usize, E: Element>(
        &self,
        logits: &Tensor<F, E>,
        targets: &Tensor<F, E>,
    ) -> Tensor<1, E> {
        self.assert_soft(logits, targets);
        self.of_rows(&self.log_probs(logits), &self.weighted(targets))
    }

    /// [`soft_losses`](CrossEntropy::soft_losses) with its pullback. A row without a cotangent has no gradient, also if its loss
    /// is infinite or NaN.
    #[track_caller]
    pub fn soft_losses_vjp<const F: usize, E: Element>(
        &self,
        logits: &Tensor<F, E>,
        targets: &Tensor<F, E>,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 3]) -> OfMethod<F, E> + use<F, E>) {
        self.assert_soft(logits, targets);
        let (log_probs, targets) = (self.log_probs(logits), self.weighted(targets));
        let losses = self.of_rows(&log_probs, &targets);
        let (of_log_probs, kept) = (self.of_log_probs, E::from_f64(1.0 - self.label_smoothing));
        let weights = self.weights_of(&log_probs);
        (losses, move |d: Tensor<1, E>, [_, logits_wanted, targets_wanted]: [bool; 3]| {
            let dlogits = logits_wanted.then(|| {
                by_row(&log_probs, &targets, &d, |x, t, d, dx| {
                    let total = if of_log_probs { E::ZERO } else { sum(t) };
                    dx.extend(x.iter().zip(t).map(|(&x, &t)| {
                        let p = if of_log_probs { E::ZERO } else { x.exp() };
                        times_cotangent(total * p - t, d)
                    }));
                })
            });
            let dtargets = targets_wanted.then(|| {
                by_row(&log_probs, &targets, &d, |x, _, d, dx| {
                    dx.extend(x.iter().zip(&*weights).map(|(&x, &w)| times_cotangent(-kept * w * x, d)));
                })
            });
            (None, dlogits, dtargets)
        })
    }

    fn log_probs<const F: usize, E: Element>(&self, logits: &Tensor<F, E>) -> Tensor<F, E> {
        if self.of_log_probs { logits.clone() } else { logits.log_softmax() }
    }

    /// The weight of each class.
    fn weights_of<const F: usize, E: Element>(&self, like: &Tensor<F, E>) -> PooledVec<E> {
        match self.class_weights[..] {
            [] => PooledVec::full(like.features(), E::ONE),
            _ => self.class_weights.iter().map(|&weight| E::from_f64(weight)).collect(),
        }
    }

    /// The smoothed targets times the weights of the classes.
    fn weighted<const F: usize, E: Element>(&self, targets: &Tensor<F, E>) -> Tensor<F, E> {
        let spread = E::from_f64(self.label_smoothing / targets.features() as f64);
        let (kept, weights) = (E::from_f64(1.0 - self.label_smoothing), self.weights_of(targets));
        let rows = targets.each_row();
        let smoothed = rows.flat_map(|t| t.iter().zip(&*weights).map(|(&t, &w)| w * (kept * t + spread)));
        Tensor::with_axes_of(targets, smoothed.collect())
    }

    fn of_rows<const F: usize, E: Element>(
        &self,
        log_probs: &Tensor<F, E>,
        targets: &Tensor<F, E>,
    ) -> Tensor<1, E> {
        let rows = log_probs.each_row().zip(targets.each_row());
        let losses = rows.map(|(x, t)| sum_zip(x, t, |x, t| -t * x));
        Tensor::with_axes_of(log_probs, losses.collect())
    }

    #[track_caller]
    fn assert_soft<const F: usize, E: Element>(&self, logits: &Tensor<F, E>, targets: &Tensor<F, E>) {
        logits.same_shape(targets, "a cross entropy of probabilities");
        assert!(
            !self.ignores_any() && self.gamma == 0.0,
            "a cross entropy of probabilities has neither `ignore_index` nor `focal`"
        );
        let (count, shape) = (self.class_weights.len(), logits.shape());
        assert!(
            count == 0 || count == logits.features(),
            "a cross entropy with {count} weights of classes and logits of shape {shape:?}"
        );
    }
}

/// Computes each row of a cotangent from that of the logarithms, of the targets, and the cotangent of the loss.
fn by_row<const F: usize, E: Element>(
    log_probs: &Tensor<F, E>,
    targets: &Tensor<F, E>,
    d: &Tensor<1, E>,
    f: impl Fn(&[E], &[E], E, &mut PooledVec<E>),
) -> Tensor<F, E> {
    let mut dx = PooledVec::with_capacity(targets.as_slice().len());
    for ((x, t), &d) in log_probs.each_row().zip(targets.each_row()).zip(d.as_slice()) {
        f(x, t, d, &mut dx);
    }
    Tensor::with_axes_of(targets, dx)
}
