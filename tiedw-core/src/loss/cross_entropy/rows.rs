use super::{Classes, CrossEntropy};
use crate::kernels::{MulAdd, softmax_of_parts, sum, sum_zip};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Stands for the class of a row that is ignored.
const IGNORED: usize = usize::MAX;

/// The losses of rows, with what their gradients need.
pub(super) struct Rows<const F: usize, E: Element> {
    /// 0 for rows that are ignored.
    pub(super) losses: PooledVec<E>,
    /// The sum of the weights of the rows that are not ignored.
    pub(super) divisor: E,
    logits: Tensor<F, E>,
    classes: PooledVec<usize>,
    /// The maximum and the log-sum of each row for the softmax, or 0 if there are logarithms of probabilities.
    parts: PooledVec<E>,
    of_log_probs: bool,
    /// Empty if all classes have weight 1.
    weights: PooledVec<E>,
    /// The derivative of the loss of each row by -ln p of its class.
    of_class: PooledVec<E>,
    /// The derivative of the loss of each row by the mean of -ln p of all classes; empty without label smoothing.
    of_all: PooledVec<E>,
}

impl<const F: usize, E: Element> Rows<F, E> {
    #[track_caller]
    pub(super) fn new<C: Classes + ?Sized>(
        settings: &CrossEntropy,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> Self {
        let classes = checked(logits, classes, settings);
        let rows = classes.len();
        let mut all = Rows {
            losses: PooledVec::with_capacity(rows),
            divisor: E::ZERO,
            logits: logits.clone(),
            parts: if settings.of_log_probs {
                PooledVec::zeros(2 * rows)
            } else {
                E::log_sum_exp_rows(logits.as_slice(), logits.features())
            },
            of_log_probs: settings.of_log_probs,
            weights: settings.class_weights.iter().map(|&weight| E::from_f64(weight)).collect(),
            of_class: PooledVec::with_capacity(rows),
            of_all: PooledVec::with_capacity(if settings.label_smoothing == 0.0 { 0 } else { rows }),
            classes,
        };
        let counted = all.add_losses(settings);
        all.divisor = if all.weights.is_empty() { E::from_count(counted.len()) } else { sum(&counted) };
        all
    }

    /// Computes the losses, and returns the weights of the rows that are not ignored.
    fn add_losses(&mut self, settings: &CrossEntropy) -> PooledVec<E> {
        let (spread, at_class) =
            (E::from_f64(settings.label_smoothing), E::from_f64(1.0 - settings.label_smoothing));
        let smooth = settings.label_smoothing != 0.0;
        let mut counted = PooledVec::with_capacity(self.classes.len());
        for (row, &class) in self.classes.iter().enumerate() {
            if class == IGNORED {
                self.losses.push(E::ZERO);
                self.of_class.push(E::ZERO);
                if smooth {
                    self.of_all.push(E::ZERO);
                }
                continue;
            }
            let features = self.logits.features();
            let x = &self.logits.as_slice()[row * features..][..features];
            let [largest, log_sum] = self.parts.as_chunks().0[row];
            let weight = if self.weights.is_empty() { E::ONE } else { self.weights[class] };
            let of_class = log_sum - (x[class] - largest);
            let mut loss = at_class * weight * of_class;
            if smooth {
                let total = if self.weights.is_empty() {
                    let mean = sum(x) / E::from_count(features);
                    log_sum - (mean - largest)
                } else {
                    let total = sum_zip(x, &self.weights, |x, weight| weight * (log_sum - (x - largest)));
                    total / E::from_count(features)
                };
                loss += spread * total;
            }
            let [factor, slope] = focus(of_class, E::from_f64(settings.gamma));
            self.losses.push(factor * loss);
            // The loss may be infinite.
            let by_factor = if slope.vanishes() { E::ZERO } else { slope * loss };
            self.of_class.push(factor * at_class * weight + by_factor);
            if smooth {
                self.of_all.push(factor * spread);
            }
            counted.push(weight);
        }
        counted
    }

    /// The cotangent of the logits, given those of the losses of the rows. A row without one has no gradient, also if its loss is
    /// infinite or NaN.
    pub(super) fn dlogits(&self, d: impl Fn(usize) -> E) -> Tensor<F, E> {
        let (features, rows) = (self.logits.features(), self.classes.len());
        let takes_part = |row: usize| self.classes[row] != IGNORED && !d(row).vanishes();
        let of_class = |row: usize| if takes_part(row) { d(row) * self.of_class[row] } else { E::ZERO };
        // For each class, times the weight.
        let of_each = |row: usize| match self.of_all.get(row) {
            Some(&of_all) if takes_part(row) => d(row) * of_all / E::from_count(features),
            _ => E::ZERO,
        };
        let weighted = !self.weights.is_empty() && !self.of_all.is_empty();
        let total = if weighted { sum(&self.weights) } else { E::from_count(features) };
        let shift = |row: usize| if weighted { E::ZERO } else { of_each(row) };
        let mut dlogits = if self.of_log_probs {
            let mut dlogits = PooledVec::with_capacity(rows * features);
            (0..rows).for_each(|row| dlogits.resize((row + 1) * features, E::ZERO - shift(row)));
            dlogits
        } else {
            let factors: PooledVec<E> = (0..rows).map(|row| of_class(row) + of_each(row) * total).collect();
            let shifts: PooledVec<E> = (0..rows).map(shift).collect();
            softmax_of_parts(self.logits.as_slice(), features, &self.parts, &factors, &shifts)
        };
        for (row, dx) in dlogits.chunks_exact_mut(features.max(1)).enumerate() {
            if !takes_part(row) {
                continue;
            }
            if weighted {
                let d = of_each(row);
                dx.iter_mut().zip(&self.weights).for_each(|(dx, &weight)| *dx -= d * weight);
            }
            dx[self.classes[row]] -= of_class(row);
        }
        Tensor::with_axes_of(&self.logits, dlogits)
    }
}

/// (1 - p)^γ, and its derivative by -ln p, which is `loss`.
fn focus<E: Element>(loss: E, gamma: E) -> [E; 2] {
    if gamma.vanishes() {
        return [E::ONE, E::ZERO];
    }
    // 1 - p, without cancellation for p near 1.
    let miss = -(-loss).exp_m1_by(MulAdd::PORTABLE);
    let slope = if miss.vanishes() {
        E::ZERO
    } else {
        gamma * miss.to_power(gamma - E::ONE, MulAdd::PORTABLE) * (-loss).exp()
    };
    [miss.to_power(gamma, MulAdd::PORTABLE), slope]
}

/// Returns the classes, checked to be one per row, each below `F` or ignored.
#[track_caller]
fn checked<const F: usize, E: Element, C: Classes + ?Sized>(
    logits: &Tensor<F, E>,
    classes: &C,
    settings: &CrossEntropy,
) -> PooledVec<usize> {
    let name = if settings.of_log_probs { "nll_loss" } else { "cross_entropy_loss" };
    let mut classes = classes.to_classes();
    let (found, shape, count) = (classes.len(), logits.shape(), logits.features());
    assert_eq!(found, logits.rows(), "{name} of {found} classes and logits of shape {shape:?}");
    let weights = settings.class_weights.len();
    assert!(weights == 0 || weights == count, "{name} with {weights} weights and logits of shape {shape:?}");
    for class in &mut *classes {
        if settings.ignores(*class) {
            *class = IGNORED;
        } else if *class >= count {
            panic!("class {class} is not one of the {count} classes");
        }
    }
    classes
}
