use crate::kernels::{MulAdd, sigmoids, softplus_tail, zip_columns};
use crate::loss::pointwise::times_cotangent;
use crate::loss::rows::mean_vjp;
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Binary cross entropy with a weight of the positive examples, as PyTorch's `F.binary_cross_entropy_with_logits`.
///
/// Of a logit x and a target t the loss is -p t ln σ(x) - (1 - t) ln(1 - σ(x)), with the sigmoid σ and the weight p, which is 1
/// without settings. A weight above 1 makes up for positive examples that are rare.
///
/// ```
/// use tiedw_core::{Tensor, loss::BceWithLogits};
///
/// let (logits, target) = (Tensor::zeros([1]), Tensor::from([[1.0, 0.0]]));
/// let loss = BceWithLogits::new().pos_weight([3.0]);
/// assert_eq!(loss.losses(&logits, &target) / 2.0_f32.ln(), Tensor::from([[3.0, 1.0]]));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BceWithLogits {
    /// One for all features, or one for each; empty for 1.
    pos_weight: Vec<f64>,
}

impl BceWithLogits {
    /// Creates a binary cross entropy without weights.
    pub const fn new() -> Self {
        BceWithLogits { pos_weight: Vec::new() }
    }

    /// Sets the weight of positive examples: one for each feature, or one for all.
    pub fn pos_weight(mut self, weights: impl Into<Vec<f64>>) -> Self {
        self.pos_weight = weights.into();
        self
    }

    /// Computes the mean over all elements.
    ///
    /// # Panics
    /// If the shapes differ, or there are weights but neither one nor one for each feature.
    #[track_caller]
    pub fn loss<const F: usize, E: Element>(&self, logits: &Tensor<F, E>, target: &Tensor<F, E>) -> E {
        self.losses(logits, target).mean()
    }

    /// [`loss`](BceWithLogits::loss) with its pullback.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::BceWithLogits};
    /// let (logits, target) = (Tensor::zeros([]), Tensor::from([1.0, 0.0]));
    /// let (_, pullback) = BceWithLogits::new().pos_weight([3.0]).loss_vjp(&logits, &target);
    /// let (_, dlogits, _) = pullback(1.0, [false, true, false]);
    /// assert_eq!(dlogits.unwrap(), Tensor::from([-0.75, 0.25]));
    /// ```
    #[track_caller]
    pub fn loss_vjp<const F: usize, E: Element>(
        &self,
        logits: &Tensor<F, E>,
        target: &Tensor<F, E>,
    ) -> (E, impl FnOnce(E, [bool; 3]) -> Cotangents<F, E> + use<F, E>) {
        mean_vjp(self.losses_vjp(logits, target))
    }

    /// Computes the loss of each element.
    ///
    /// # Panics
    /// If the shapes differ, or there are weights but neither one nor one for each feature.
    #[track_caller]
    pub fn losses<const F: usize, E: Element>(
        &self,
        logits: &Tensor<F, E>,
        target: &Tensor<F, E>,
    ) -> Tensor<F, E> {
        let weights = self.weights(logits, target);
        by_column(logits, target, &weights, |x, t, weight| {
            let [positive, negative] = entropies(x);
            weight * t * positive + (E::ONE - t) * negative
        })
    }

    /// [`losses`](BceWithLogits::losses) with its pullback. A loss without a cotangent has no gradient, also if it is infinite or
    /// NaN.
    #[track_caller]
    pub fn losses_vjp<const F: usize, E: Element>(
        &self,
        logits: &Tensor<F, E>,
        target: &Tensor<F, E>,
    ) -> (Tensor<F, E>, impl FnOnce(Tensor<F, E>, [bool; 3]) -> Cotangents<F, E> + use<F, E>) {
        let (losses, weights) = (self.losses(logits, target), self.weights(logits, target));
        let (logits, target) = (logits.clone(), target.clone());
        (losses, move |d: Tensor<F, E>, [_, logits_wanted, target_wanted]: [bool; 3]| {
            let times = |slopes: Tensor<F, E>| slopes.zip_into(&d, "bce_with_logits_loss", times_cotangent);
            let dlogits = logits_wanted.then(|| {
                times(by_column(&logits, &target, &weights, |x, t, weight| {
                    let (s, rest) = sigmoids(x, MulAdd::PORTABLE);
                    s * (E::ONE - t) - weight * rest * t
                }))
            });
            let dtarget = target_wanted.then(|| {
                times(by_column(&logits, &target, &weights, |x, _, weight| {
                    let [positive, negative] = entropies(x);
                    weight * positive - negative
                }))
            });
            (None, dlogits, dtarget)
        })
    }

    /// The weight of each feature.
    #[track_caller]
    fn weights<const F: usize, E: Element>(
        &self,
        logits: &Tensor<F, E>,
        target: &Tensor<F, E>,
    ) -> PooledVec<E> {
        logits.same_shape(target, "bce_with_logits_loss");
        let (count, shape) = (self.pos_weight.len(), logits.shape());
        assert!(
            count < 2 || count == logits.features(),
            "bce_with_logits_loss with {count} weights and logits of shape {shape:?}"
        );
        match self.pos_weight[..] {
            [] => PooledVec::full(logits.features(), E::ONE),
            [weight] => PooledVec::full(logits.features(), E::from_f64(weight)),
            _ => self.pos_weight.iter().map(|&weight| E::from_f64(weight)).collect(),
        }
    }
}

/// Of the settings, the logits and the target.
type Cotangents<const F: usize, E> = (Option<NoGradient>, Option<Tensor<F, E>>, Option<Tensor<F, E>>);

/// Applies `f` to each element of the tensors and the weight of its feature.
fn by_column<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    y: &Tensor<F, E>,
    weights: &[E],
    f: impl Fn(E, E, E) -> E + Copy + Sync,
) -> Tensor<F, E> {
    Tensor::with_axes_of(x, zip_columns(x.as_slice(), y.as_slice(), weights, f))
}

/// -ln σ(x) and -ln(1 - σ(x)).
#[inline(always)]
fn entropies<E: Element>(x: E) -> [E; 2] {
    let rest = softplus_tail(x, MulAdd::PORTABLE);
    if x < E::ZERO { [rest - x, rest] } else { [rest, rest + x] }
}
