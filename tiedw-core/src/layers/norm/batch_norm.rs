//! Batch normalization.

use crate::batch_part::assert_whole_batch;
use crate::layers::support::layer;
use crate::module::{BiasStorage, Gradient, Storage, Weight};
use crate::param::{Vector, VectorView};
use crate::pooled_vec::PooledVec;
use crate::size::check_sizes;
use crate::value::NoGradient;
use crate::{DYN, Dual, Element, Lift, Tensor};

layer! {
    /// Normalizes each of `C` channels to mean 0 and variance 1, then scales by the weight and adds the bias:
    /// y = (x - mean) / √(variance + eps) · weight + bias.
    ///
    /// Training and evaluation are separate methods:
    ///
    /// * [`by_batch`](BatchNormView::by_batch), for training, normalizes with the mean and variance over all rows
    ///   of `x`, and stores them in the given [`BatchStatistics`];
    /// * [`forward`](BatchNormView::forward), for evaluation, uses the running statistics. It is the `forward` of
    ///   `Layer`.
    ///
    /// A forward pass takes `&self` and cannot change the layer, so that the backward pass and other threads see
    /// the same weights. The owner updates the running statistics between steps with
    /// [`record`](BatchNorm::record), as an optimizer updates the weights. Statistics that are not recorded have
    /// no effect. The running statistics are buffers, not parameters: optimizers do not see them.
    ///
    /// A new layer has weights 1, biases 0, running means 0, running variances 1, `eps` 1e-5 and `momentum` 0.1,
    /// as in PyTorch. The running variance is unbiased (divided by the number of rows minus one), also as in
    /// PyTorch. For an input of shape `[batch, height, width, C]` this is PyTorch's `BatchNorm2d`. Ioffe and
    /// Szegedy, "Batch Normalization", 2015.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{BatchNorm, BatchStatistics, Layer};
    /// use tiedw_core::{Init, Module, Tensor};
    ///
    /// let mut norm = BatchNorm::<1>::init(&mut StdRng::seed_from_u64(0));
    /// let x = Tensor::from_vec([2], vec![10.0, 30.0]);
    /// let mut statistics = BatchStatistics::default();
    /// let y = norm.view().by_batch(&x, &mut statistics);
    /// assert!((y.get(&[0, 0]) + 1.0).abs() < 1e-6 && (y.get(&[1, 0]) - 1.0).abs() < 1e-6);
    ///
    /// norm.record(&mut statistics);
    /// assert_eq!(norm.running_mean[0], 2.0);
    /// assert!(norm.forward(&x).get(&[0, 0]) > 0.0);
    /// ```
    pub struct BatchNorm [const C] [W: Storage] [B] {
        parameters {
            /// `[C]`.
            weight: W => Vector<C, E> as VectorView<'a, C, E, Use>,
        }
        bias B {
            /// `[C]`.
            bias: Vector<C, E>,
        }
        buffers {
            /// `[C]`, a buffer.
            running_mean: Vector<C, E>,
            /// `[C]`, a buffer.
            running_var: Vector<C, E>,
        }
        settings {
            /// Added to the variance.
            eps: f64 = 1e-5,
            /// The weight of a batch's statistics in the update of the running ones.
            momentum: f64 = 0.1,
        }
        sizes {
            weight: [C],
            bias: [C],
            running_mean: [C],
            running_var: [C],
        }
    }

    /// A borrowed [`BatchNorm`].
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{BatchNorm, BatchStatistics};
    /// use tiedw_core::{Init, Module, Tensor};
    ///
    /// let norm = BatchNorm::<1>::init(&mut StdRng::seed_from_u64(0));
    /// let (x, mut gradient) = (Tensor::from_vec([2], vec![-1.0, 1.0]), norm.zeros_like());
    /// let (_, pullback) = norm.view().by_batch_vjp(&x, &mut BatchStatistics::default());
    /// // The layer subtracts the batch mean, so a constant cotangent gives a zero input cotangent.
    /// let (dx, _) = pullback(Tensor::full([2], 3.0), gradient.view_mut(), [true, false]);
    /// assert_eq!(dx.unwrap().as_slice(), [0.0, 0.0]);
    /// assert_eq!(gradient.bias.as_slice(), [6.0]);
    /// ```
    pub struct BatchNormView;

    /// The weights that a [`BatchNorm`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{BatchNorm, BatchNormTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<BatchNorm<3>>::init(rng), <BatchNorm<3, Tied, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(BatchNormTies { weight: w.weight, bias: w.bias });
    /// assert!(std::ptr::eq(view.weight.as_slice(), w.weight.as_slice()));
    /// ```
    pub struct BatchNormTies { weight: W, bias: B }

    forward Tensor<C, E> => Tensor<C, E>, by run, back;

    init |_| Self::new(C), as "BatchNorm::new(channels)";
}

impl<const C: usize, W: Storage, B: BiasStorage, E: Element> BatchNorm<C, W, B, E> {
    /// Creates a layer for so many channels, with weights 1, biases 0, running means 0, running variances 1, `eps` 1e-5 and
    /// `momentum` 0.1.
    ///
    /// ```
    /// use tiedw_core::layers::{BatchNorm, Layer};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let norm: BatchNorm<DYN> = BatchNorm::new(2).eps(0.0);
    /// let x = Tensor::from_vec([1], vec![1.0, 3.0]);
    /// assert_eq!(norm.forward(&x), x);
    /// ```
    ///
    /// # Panics
    /// If the type says another size.
    #[track_caller]
    pub fn new(channels: usize) -> Self {
        check_sizes("BatchNorm", [("channels", C, channels)]);
        let ones = || Vector::from_vec(vec![E::ONE; channels]);
        BatchNorm {
            weight: W::store(ones),
            bias: B::store(|| Vector::zeros_of([channels])),
            running_mean: Vector::zeros_of([channels]),
            running_var: ones(),
            eps: 1e-5,
            momentum: 0.1,
        }
    }

    /// Sets what is added to the variance.
    ///
    /// ```
    /// use tiedw_core::layers::BatchNorm;
    ///
    /// assert_eq!(BatchNorm::<8>::new(8).eps(1e-3).eps, 1e-3);
    /// ```
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// Sets the weight of a batch's statistics in the update of the running ones.
    ///
    /// ```
    /// use tiedw_core::layers::BatchNorm;
    ///
    /// assert_eq!(BatchNorm::<8>::new(8).momentum(0.01).momentum, 0.01);
    /// ```
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }
}

/// The statistics of one layer's batches, in the order of its calls, until they are recorded.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{BatchNorm, BatchStatistics};
/// use tiedw_core::{Init, Module, Tensor};
///
/// let mut norm = BatchNorm::<1>::init(&mut StdRng::seed_from_u64(0));
/// let mut statistics = BatchStatistics::default();
/// for values in [vec![0.0, 2.0], vec![4.0, 6.0]] {
///     norm.view().by_batch(&Tensor::from_vec([2], values), &mut statistics);
/// }
/// norm.record(&mut statistics);
/// assert!((norm.running_mean[0] - (0.9 * 0.1 * 1.0 + 0.1 * 5.0)).abs() < 1e-6);
/// assert_eq!(statistics, BatchStatistics::default());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BatchStatistics<const C: usize, E: Element = f32> {
    /// The mean and the unbiased variance of each batch.
    batches: Vec<(Vector<C, E>, Vector<C, E>)>,
}

impl<const C: usize, E: Element> Default for BatchStatistics<C, E> {
    fn default() -> Self {
        BatchStatistics { batches: Vec::new() }
    }
}

impl<const C: usize, E: Element> Lift for BatchStatistics<C, E> {
    type Dual = BatchStatistics<C, Dual<E>>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> BatchStatistics<C, Dual<E>> {
        BatchStatistics { batches: self.batches.lift(tangent.map(|tangent| &tangent.batches)) }
    }
    fn parts(dual: BatchStatistics<C, Dual<E>>) -> (Self, Self) {
        let (value, tangent) = Lift::parts(dual.batches);
        (BatchStatistics { batches: value }, BatchStatistics { batches: tangent })
    }
}

impl<const C: usize, W: Storage, B: BiasStorage, E: Element> BatchNorm<C, W, B, E> {
    /// Updates the running statistics with those of each batch in order, and clears `statistics`.
    ///
    /// # Panics
    /// If the statistics are of another number of channels, known at run time.
    #[track_caller]
    pub fn record(&mut self, statistics: &mut BatchStatistics<C, E>) {
        let momentum = E::from_f64(self.momentum);
        let channels = self.running_mean.as_slice().len();
        for (mean, variance) in statistics.batches.drain(..) {
            let found = mean.as_slice().len();
            assert!(
                C != DYN || found == channels,
                "`BatchNorm::record` of {channels} channels with statistics of {found}"
            );
            for (running, batch) in [(&mut self.running_mean, mean), (&mut self.running_var, variance)] {
                for (running, &batch) in running.as_mut_slice().iter_mut().zip(batch.as_slice()) {
                    *running += momentum * (batch - *running);
                }
            }
        }
    }
}

impl<'v, const C: usize, E: Element, B: BiasStorage> BatchNormView<'v, C, E, Weight, B> {
    /// Applies the layer with the running statistics.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<C, E>) -> Tensor<C, E> {
        self.run(x).0
    }

    #[track_caller]
    fn run(&self, x: &Tensor<C, E>) -> (Tensor<C, E>, (Tensor<C, E>, PooledVec<E>)) {
        self.check(x);
        let scale = self.scale(self.running_var.as_slice());
        (self.normalized(x, self.running_mean.as_slice(), &scale), (x.clone(), scale))
    }

    fn back(
        &self,
        (x, scale): (Tensor<C, E>, PooledVec<E>),
        d: Tensor<C, E>,
        gradient: BatchNormView<'_, C, E, Gradient, B>,
        wanted: bool,
    ) -> Option<Tensor<C, E>> {
        d.same_shape(&x, "a pullback");
        let [sum, dot] = E::normal_sums(x.as_slice(), d.as_slice(), self.running_mean.as_slice(), &scale);
        B::add_rows(&gradient.bias, &sum);
        gradient.weight.add_rows(&dot);
        wanted.then(|| {
            let factor = product(self.weight.as_slice(), &scale);
            let zeros = PooledVec::zeros(scale.len());
            scaled(&d, [&zeros, &factor, &zeros])
        })
    }

    /// Applies the layer with the statistics of `x` over all its rows, and stores them in `statistics`.
    ///
    /// The statistics must cover the whole batch, so this cannot be called on a shard of one, as in
    /// [`Shards`](crate::parallel::Shards). The layer is parallel by itself.
    ///
    /// # Panics
    /// If `x` has fewer than two rows, as one row has no variance. If this is called on one of several shards
    /// of a batch.
    #[track_caller]
    pub fn by_batch(&self, x: &Tensor<C, E>, statistics: &mut BatchStatistics<C, E>) -> Tensor<C, E> {
        let (mean, scale) = self.moments(x, statistics);
        self.normalized(x, &mean, &scale)
    }

    /// [`by_batch`](BatchNormView::by_batch) with its pullback.
    #[track_caller]
    pub fn by_batch_vjp(
        &self,
        x: &Tensor<C, E>,
        statistics: &mut BatchStatistics<C, E>,
    ) -> (
        Tensor<C, E>,
        impl FnOnce(
            Tensor<C, E>,
            BatchNormView<'_, C, E, Gradient, B>,
            [bool; 2],
        ) -> (Option<Tensor<C, E>>, Option<NoGradient>)
        + use<'v, C, E, B>,
    ) {
        let (mean, scale) = self.moments(x, statistics);
        let (weight, x) = (self.weight, x.clone());
        let y = self.normalized(&x, &mean, &scale);
        let pullback = move |mut d: Tensor<C, E>,
                             gradient: BatchNormView<'_, C, E, Gradient, B>,
                             [wanted, _]: [bool; 2]| {
            d.same_shape(&x, "a pullback");
            let mut sums = E::normal_sums(x.as_slice(), d.as_slice(), &mean, &scale);
            B::add_rows(&gradient.bias, &sums[0]);
            gradient.weight.add_rows(&sums[1]);
            let dx = wanted.then(|| {
                let count = E::from_count(x.rows());
                sums.iter_mut().flatten().for_each(|sum| *sum /= count);
                let factor = product(weight.as_slice(), &scale);
                sums.iter_mut().for_each(|sums| multiply(sums, weight.as_slice()));
                E::batch_norm_vjp(x.as_slice(), d.as_mut_slice(), [&mean, &scale], &factor, &sums);
                d
            });
            (dx, None)
        };
        (y, pullback)
    }

    #[track_caller]
    fn moments(
        &self,
        x: &Tensor<C, E>,
        statistics: &mut BatchStatistics<C, E>,
    ) -> (PooledVec<E>, PooledVec<E>) {
        let rows = x.rows();
        self.check(x);
        assert_whole_batch("`BatchNorm::by_batch`", "give it the whole batch at once, outside of shards");
        assert!(
            rows > 1,
            "`BatchNorm::by_batch` of shape {:?}: expected more than 1 value per channel when training, got {rows}; \
             `forward` takes the running statistics",
            x.axes()
        );
        let [mean, _, variance] = E::column_moments(x.as_slice(), x.features());
        let correction = E::from_count(rows) / E::from_count(rows - 1);
        let unbiased = variance.iter().map(|&variance| variance * correction).collect();
        statistics.batches.push((Vector::from_pooled_vec(mean.clone()), Vector::from_pooled_vec(unbiased)));
        (mean, self.scale(&variance))
    }

    /// Checks the channels, unless the type says them: a tied weight may have others than the running statistics.
    #[inline]
    #[track_caller]
    fn check(&self, x: &Tensor<C, E>) {
        x.check_features(self.running_mean.as_slice().len(), "a `BatchNorm`");
        x.check_features(self.running_var.as_slice().len(), "a `BatchNorm`");
        x.check_features(self.weight.as_slice().len(), "a `BatchNorm`");
    }

    /// 1 / √(variance + eps).
    fn scale(&self, variance: &[E]) -> PooledVec<E> {
        let eps = E::from_f64(self.eps);
        variance.iter().map(|&variance| E::ONE / (variance + eps).sqrt()).collect()
    }

    #[track_caller]
    fn normalized(&self, x: &Tensor<C, E>, mean: &[E], scale: &[E]) -> Tensor<C, E> {
        let factor = product(self.weight.as_slice(), scale);
        let bias = B::row(&self.bias, self.weight.as_slice().len());
        scaled(x, [mean, &factor, &bias])
    }
}

/// Each column less its mean, times its factor, plus its shift.
fn scaled<const C: usize, E: Element>(x: &Tensor<C, E>, columns: [&[E]; 3]) -> Tensor<C, E> {
    let mut y = PooledVec::unset(x.as_slice().len());
    E::scale_and_shift(x.as_slice(), columns, &mut y);
    Tensor::with_axes_of(x, y)
}

fn multiply<E: Element>(a: &mut [E], b: &[E]) {
    a.iter_mut().zip(b).for_each(|(a, &b)| *a *= b);
}

fn product<E: Element>(a: &[E], b: &[E]) -> PooledVec<E> {
    a.iter().zip(b).map(|(&a, &b)| a * b).collect()
}
