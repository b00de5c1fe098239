use super::rows::Rows;
use super::{Classes, OfMethod};
use crate::batch_part::assert_not_by_rows;
use crate::kernels::sum;
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Cross entropy with weights of classes, an ignored class, label smoothing, and focus on what is not yet classified well.
///
/// Without settings, the loss of a row is -ln p of its class. The mean is weighted by the weight of the class of each row, and
/// is over the rows that are not ignored. If all rows are ignored, it is NaN and its gradient is 0. All of this is as in
/// PyTorch's `F.cross_entropy`, but for [`focal`](CrossEntropy::focal), which it does not have.
///
/// If a batch is split into shards, weight each by [`divisor`](CrossEntropy::divisor), with
/// [`Shards::weighted_value_and_grad`](crate::parallel::Shards::weighted_value_and_grad).
///
/// ```
/// use tiedw_core::{Tensor, loss::CrossEntropy};
///
/// let logits = Tensor::<2>::from_vec([2], vec![0.0, 0.0, 1000.0, 0.0]);
/// let padding = 0;
/// assert_eq!(CrossEntropy::new().ignore_index(padding).loss(&logits, &[1, 0]), 2.0_f32.ln());
/// assert_eq!(CrossEntropy::new().label_smoothing(0.5).loss(&logits, &[1, 0]), (2.0_f32.ln() + 250.0) / 2.0);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossEntropy {
    ignore_index: Option<usize>,
    pub(super) label_smoothing: f64,
    /// Empty if all classes have weight 1.
    pub(super) class_weights: Vec<f64>,
    pub(super) gamma: f64,
    pub(super) of_log_probs: bool,
}

impl CrossEntropy {
    /// Creates a cross entropy without an ignored class, label smoothing or weights.
    pub const fn new() -> Self {
        CrossEntropy {
            ignore_index: None,
            label_smoothing: 0.0,
            class_weights: Vec::new(),
            gamma: 0.0,
            of_log_probs: false,
        }
    }

    /// Ignores the rows of this class, which need not be below `F`.
    pub const fn ignore_index(mut self, class: usize) -> Self {
        self.ignore_index = Some(class);
        self
    }

    /// Sets the label smoothing ε: the part of the target distribution that is spread evenly over all
    /// classes.
    ///
    /// The target distribution is 1 - ε at the class plus ε / `F` at every class: Szegedy et al., "Rethinking the Inception
    /// Architecture for Computer Vision", 2016.
    ///
    /// # Panics
    /// If ε is not from 0 to 1.
    #[track_caller]
    pub const fn label_smoothing(mut self, smoothing: f64) -> Self {
        assert!(smoothing >= 0.0 && smoothing <= 1.0, "label smoothing is from 0 to 1");
        self.label_smoothing = smoothing;
        self
    }

    /// Sets the weight of each class, such as 1 by its frequency: a factor of the terms of the class.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let loss = CrossEntropy::new().class_weights([3.0, 1.0]);
    /// let logits = Tensor::from([[0.0, 0.0], [1000.0, 0.0]]);
    /// assert_eq!(loss.losses(&logits, &[0, 1]), Tensor::from([[3.0 * 2.0_f32.ln()], [1000.0]]));
    /// assert_eq!(loss.loss(&logits, &[0, 1]), (3.0 * 2.0_f32.ln() + 1000.0) / (3.0 + 1.0));
    /// ```
    pub fn class_weights(mut self, weights: impl Into<Vec<f64>>) -> Self {
        self.class_weights = weights.into();
        self
    }

    /// Sets the exponent γ of the focal loss: the loss of a row is multiplied by (1 - p)^γ, where p is the probability of its
    /// class.
    ///
    /// Lin et al., "Focal Loss for Dense Object Detection", 2017, where γ is 2; its α are the
    /// [`class_weights`](CrossEntropy::class_weights). For independent classes see
    /// [`sigmoid_focal_loss`](crate::loss::sigmoid_focal_loss).
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let loss = CrossEntropy::new().focal(2.0);
    /// assert_eq!(loss.loss(&Tensor::from([[0.0, 0.0]]), &[1]), 2.0_f32.ln() / 4.0);
    /// ```
    pub const fn focal(mut self, gamma: f64) -> Self {
        self.gamma = gamma;
        self
    }

    /// Takes logarithms of probabilities instead of logits, as [`nll_loss`](crate::loss::nll_loss).
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let loss = CrossEntropy::new().of_log_probs().ignore_index(0);
    /// assert_eq!(loss.loss(&Tensor::from([[-1.0, -2.0], [-3.0, -4.0]]), &[1, 0]), 2.0);
    /// ```
    pub const fn of_log_probs(mut self) -> Self {
        self.of_log_probs = true;
        self
    }

    /// Returns the number of rows that are not ignored.
    ///
    /// ```
    /// # use tiedw_core::loss::CrossEntropy;
    /// assert_eq!(CrossEntropy::new().ignore_index(9).count(&[0, 9, 3, 9, 9]), 2);
    /// ```
    pub fn count<C: Classes + ?Sized>(&self, classes: &C) -> usize {
        classes.to_classes().iter().filter(|&&class| !self.ignores(class)).count()
    }

    /// Returns the divisor of [`loss`](CrossEntropy::loss): the sum over the rows that are not ignored of the weights of their
    /// classes, which is their number if there are no weights.
    ///
    /// ```
    /// # use tiedw_core::loss::CrossEntropy;
    /// let loss = CrossEntropy::new().ignore_index(2);
    /// assert_eq!(loss.divisor(&[0, 1, 2]), 2.0);
    /// assert_eq!(loss.class_weights([0.5, 4.0, 1.0]).divisor(&[0, 1, 2]), 4.5);
    /// ```
    ///
    /// # Panics
    /// If a class that is not ignored has no weight although there are weights.
    #[track_caller]
    pub fn divisor<C: Classes + ?Sized>(&self, classes: &C) -> f64 {
        let counted = classes.to_classes();
        let counted = counted.iter().filter(|&&class| !self.ignores(class));
        if self.class_weights.is_empty() {
            return counted.count() as f64;
        }
        let mut weights = PooledVec::zeros(0);
        for &class in counted {
            let count = self.class_weights.len();
            assert!(class < count, "class {class} has none of the {count} weights");
            weights.push(self.class_weights[class]);
        }
        sum::<f64>(&weights)
    }

    /// Computes the weighted mean over the rows that are not ignored.
    ///
    /// # Panics
    /// If there is not one class per row, a class is neither below `F` nor ignored, or there are weights but not `F`. If a class
    /// is ignored, or classes have weights, and this is called on one of several shards, whose losses
    /// [`value_and_grad`](crate::parallel::Shards::value_and_grad) weights by their rows: the mean of these
    /// means would differ from the mean of the batch.
    #[track_caller]
    pub fn loss<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> E {
        self.assert_mean_of_the_batch();
        let rows = Rows::new(self, logits, classes);
        sum(&rows.losses) / rows.divisor
    }

    /// [`loss`](CrossEntropy::loss) with its pullback.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let (_, pullback) = CrossEntropy::new().ignore_index(0).loss_vjp(&Tensor::<2>::zeros([2]), &[1, 0]);
    /// let (_, dlogits, _) = pullback(1.0, [false, true, false]);
    /// assert_eq!(dlogits.unwrap().as_slice(), [0.5, -0.5, 0.0, 0.0]);
    /// ```
    #[track_caller]
    pub fn loss_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> (E, impl FnOnce(E, [bool; 3]) -> OfMethod<Tensor<F, E>> + use<F, E, C>) {
        self.assert_mean_of_the_batch();
        let rows = Rows::new(self, logits, classes);
        (sum(&rows.losses) / rows.divisor, move |d: E, [_, wanted, _]: [bool; 3]| {
            let d = d / rows.divisor;
            (None, wanted.then(|| rows.dlogits(|_| d)), None)
        })
    }

    /// Computes the sum over the rows that are not ignored; 0 if all are.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let (loss, logits) = (CrossEntropy::new().ignore_index(9), Tensor::<2>::zeros([3]));
    /// assert_eq!(loss.sum(&logits, &[0, 9, 1]), 2.0 * 2.0_f32.ln());
    /// assert_eq!(loss.sum(&logits, &[9, 9, 9]), 0.0);
    /// ```
    ///
    /// # Panics
    /// If there is not one class per row, a class is neither below `F` nor ignored, or there are weights but not `F`.
    #[track_caller]
    pub fn sum<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> E {
        sum(&Rows::new(self, logits, classes).losses)
    }

    /// [`sum`](CrossEntropy::sum) with its pullback.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let (_, pullback) = CrossEntropy::new().sum_vjp(&Tensor::<2>::zeros([2]), &[1, 0]);
    /// let (_, dlogits, _) = pullback(1.0, [false, true, false]);
    /// assert_eq!(dlogits.unwrap().as_slice(), [0.5, -0.5, -0.5, 0.5]);
    /// ```
    #[track_caller]
    pub fn sum_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> (E, impl FnOnce(E, [bool; 3]) -> OfMethod<Tensor<F, E>> + use<F, E, C>) {
        let rows = Rows::new(self, logits, classes);
        (sum(&rows.losses), move |d: E, [_, wanted, _]: [bool; 3]| {
            (None, wanted.then(|| rows.dlogits(|_| d)), None)
        })
    }

    /// Computes the loss of each row, which is 0 for rows that are ignored.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, loss::CrossEntropy};
    /// let (loss, logits) = (CrossEntropy::new().ignore_index(9), Tensor::<2>::zeros([2]));
    /// assert_eq!(loss.losses(&logits, &[0, 9]), Tensor::from([[2.0_f32.ln()], [0.0]]));
    /// ```
    ///
    /// # Panics
    /// If there is not one class per row, a class is neither below `F` nor ignored, or there are weights but not `F`.
    #[track_caller]
    pub fn losses<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> Tensor<1, E> {
        Tensor::with_axes_of(logits, Rows::new(self, logits, classes).losses)
    }

    /// [`losses`](CrossEntropy::losses) with its pullback.
    #[track_caller]
    pub fn losses_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 3]) -> OfMethod<Tensor<F, E>> + use<F, E, C>) {
        let mut rows = Rows::new(self, logits, classes);
        let losses = Tensor::with_axes_of(logits, std::mem::replace(&mut rows.losses, PooledVec::zeros(0)));
        (losses, move |d: Tensor<1, E>, [_, wanted, _]: [bool; 3]| {
            (None, wanted.then(|| rows.dlogits(|row| d.as_slice()[row])), None)
        })
    }

    #[track_caller]
    fn assert_mean_of_the_batch(&self) {
        if self.ignore_index.is_some() || !self.class_weights.is_empty() {
            assert_not_by_rows(
                "a `CrossEntropy` with `ignore_index` or `class_weights`",
                "use `weighted_value_and_grad`, which also takes what is counted in each part: \
                 `|rows| loss.divisor(&classes[rows])`",
            );
        }
    }

    pub(super) fn ignores_any(&self) -> bool {
        self.ignore_index.is_some()
    }

    pub(super) fn ignores(&self, class: usize) -> bool {
        self.ignore_index == Some(class)
    }
}
