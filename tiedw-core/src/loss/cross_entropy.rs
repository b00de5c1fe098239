use super::Classes;
use crate::batch_part::assert_not_by_rows;
use crate::kernels::{softmax_of_parts, sum};
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Computes the mean cross entropy over rows between the softmax of `logits` and the class of the row.
///
/// For ignored classes and label smoothing see [`CrossEntropy`].
///
/// ```
/// use tiedw_core::{Tensor, loss::cross_entropy_loss};
///
/// let logits = Tensor::<2>::from_vec([2], vec![0.0, 0.0, 1000.0, 0.0]);
/// assert_eq!(cross_entropy_loss(&logits, &[1, 0]), 2.0_f32.ln() / 2.0);
/// ```
///
/// # Panics
/// If there is not one class per row, or a class is not below `F`.
#[track_caller]
pub fn cross_entropy_loss<const F: usize, E: Element, C: Classes + ?Sized>(
    logits: &Tensor<F, E>,
    classes: &C,
) -> E {
    CrossEntropy::new().loss(logits, classes)
}

/// [`cross_entropy_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::cross_entropy_loss_vjp};
///
/// let (_, pullback) = cross_entropy_loss_vjp(&Tensor::<2>::zeros([1]), &[1]);
/// // softmax(x), minus 1 at the class.
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap().as_slice(), [0.5, -0.5]);
/// ```
#[track_caller]
pub fn cross_entropy_loss_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
    logits: &Tensor<F, E>,
    classes: &C,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E, C>) {
    let (loss, pullback) = CrossEntropy::new().loss_vjp(logits, classes);
    (loss, move |d: E, [wanted, _]: [bool; 2]| {
        let (_, dlogits, _) = pullback(d, [false, wanted, false]);
        (dlogits, None)
    })
}

/// Cross entropy with an ignored class and label smoothing.
///
/// With smoothing ε the target distribution is 1 - ε at the class plus ε / `F` at every class: Szegedy et
/// al., "Rethinking the Inception Architecture for Computer Vision", 2016. The mean is over the rows that are
/// not ignored. If all rows are ignored, it is NaN and its gradient is 0, as in PyTorch.
///
/// If a batch is split into shards, weight each by [`count`](CrossEntropy::count), with
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CrossEntropy {
    ignore_index: Option<usize>,
    label_smoothing: f64,
}

impl CrossEntropy {
    /// Creates a cross entropy without an ignored class or label smoothing.
    pub const fn new() -> Self {
        CrossEntropy { ignore_index: None, label_smoothing: 0.0 }
    }

    /// Ignores the rows of this class, which need not be below `F`.
    pub const fn ignore_index(mut self, class: usize) -> Self {
        self.ignore_index = Some(class);
        self
    }

    /// Sets the label smoothing ε: the part of the target distribution that is spread evenly over all
    /// classes.
    pub const fn label_smoothing(mut self, smoothing: f64) -> Self {
        self.label_smoothing = smoothing;
        self
    }

    /// Returns the number of rows that are not ignored: the divisor of [`loss`](CrossEntropy::loss).
    ///
    /// ```
    /// # use tiedw_core::loss::CrossEntropy;
    /// assert_eq!(CrossEntropy::new().ignore_index(9).count(&[0, 9, 3, 9, 9]), 2);
    /// ```
    pub fn count<C: Classes + ?Sized>(&self, classes: &C) -> usize {
        classes.to_classes().iter().filter(|&&class| !self.ignores(class)).count()
    }

    /// Computes the mean over the rows that are not ignored.
    ///
    /// # Panics
    /// If there is not one class per row, or a class is neither below `F` nor ignored. If a class is ignored
    /// and this is called on one of several shards, whose losses
    /// [`value_and_grad`](crate::parallel::Shards::value_and_grad) weights by their rows: the mean of these
    /// means would differ from the mean of the batch.
    #[track_caller]
    pub fn loss<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> E {
        self.assert_mean_of_the_batch();
        let (sum, counted) = self.of(logits, classes);
        sum / E::from_count(counted)
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
    ) -> (
        E,
        impl FnOnce(E, [bool; 3]) -> (Option<NoGradient>, Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E, C>,
    ) {
        self.assert_mean_of_the_batch();
        let (sum, counted, pullback) = self.of_vjp(logits, classes);
        let counted = E::from_count(counted);
        (sum / counted, move |d: E, [_, wanted, _]: [bool; 3]| {
            (None, wanted.then(|| pullback(d / counted)), None)
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
    /// If there is not one class per row, or a class is neither below `F` nor ignored.
    #[track_caller]
    pub fn sum<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> E {
        self.of(logits, classes).0
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
    ) -> (
        E,
        impl FnOnce(E, [bool; 3]) -> (Option<NoGradient>, Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E, C>,
    ) {
        let (sum, _, pullback) = self.of_vjp(logits, classes);
        (sum, move |d: E, [_, wanted, _]: [bool; 3]| (None, wanted.then(|| pullback(d)), None))
    }

    #[track_caller]
    fn assert_mean_of_the_batch(&self) {
        if self.ignore_index.is_some() {
            assert_not_by_rows(
                "a `CrossEntropy` with `ignore_index`",
                "use `weighted_value_and_grad`, which also takes what is counted in each part: \
                 `|rows| loss.count(&classes[rows]) as f64`",
            );
        }
    }

    /// Returns the sum, and the number of rows that are not ignored.
    #[track_caller]
    fn of<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> (E, usize) {
        let classes = checked(logits, classes, self.ignore_index);
        self.total(logits, &classes, &E::log_sum_exp_rows(logits.as_slice(), logits.features()))
    }

    /// Returns the sum, the number of rows that are not ignored, and the pullback of the sum.
    #[track_caller]
    fn of_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
        &self,
        logits: &Tensor<F, E>,
        classes: &C,
    ) -> (E, usize, impl FnOnce(E) -> Tensor<F, E> + use<F, E, C>) {
        let (options, logits, features) = (*self, logits.clone(), logits.features());
        let classes = checked(&logits, classes, self.ignore_index);
        let parts = E::log_sum_exp_rows(logits.as_slice(), features);
        let (sum, counted) = options.total(&logits, &classes, &parts);
        (sum, counted, move |factor: E| {
            let of_row = |class: &usize| if options.ignores(*class) { E::ZERO } else { factor };
            let factors: PooledVec<E> = classes.iter().map(of_row).collect();
            let spread = E::from_f64(options.label_smoothing / features as f64);
            let shifts: PooledVec<E> = factors.iter().map(|&factor| factor * spread).collect();
            let mut dlogits = softmax_of_parts(logits.as_slice(), features, &parts, &factors, &shifts);
            let at_class = E::from_f64(1.0 - options.label_smoothing);
            for ((row, class), factor) in
                dlogits.chunks_exact_mut(features.max(1)).zip(&classes).zip(&factors)
            {
                if !options.ignores(*class) {
                    row[*class] -= *factor * at_class;
                }
            }
            Tensor::with_axes_of(&logits, dlogits)
        })
    }

    fn ignores(&self, class: usize) -> bool {
        self.ignore_index == Some(class)
    }

    fn total<const F: usize, E: Element>(
        &self,
        logits: &Tensor<F, E>,
        classes: &[usize],
        parts: &[E],
    ) -> (E, usize) {
        let (spread, at_class) = (E::from_f64(self.label_smoothing), E::from_f64(1.0 - self.label_smoothing));
        let rows = logits.each_row().zip(parts.as_chunks().0).zip(classes);
        let losses: PooledVec<E> = rows
            .filter(|(_, class)| !self.ignores(**class))
            .map(|((row, &[largest, log_sum]), &class)| {
                let loss = log_sum - (row[class] - largest);
                if self.label_smoothing == 0.0 {
                    return loss;
                }
                let mean = sum(row) / E::from_count(row.len());
                at_class * loss + spread * (log_sum - (mean - largest))
            })
            .collect();
        (sum(&losses), losses.len())
    }
}

/// Returns the classes, checked to be one per row, each below `F` or ignored.
#[track_caller]
fn checked<const F: usize, E: Element, C: Classes + ?Sized>(
    logits: &Tensor<F, E>,
    classes: &C,
    ignored: Option<usize>,
) -> PooledVec<usize> {
    let classes = classes.to_classes();
    assert_eq!(
        classes.len(),
        logits.rows(),
        "cross_entropy_loss of {} classes and logits of shape {:?}",
        classes.len(),
        logits.shape()
    );
    let count = logits.features();
    if let Some(class) = classes.iter().find(|&&class| class >= count && ignored != Some(class)) {
        panic!("class {class} is not one of the {count} classes");
    }
    classes
}
