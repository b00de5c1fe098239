//! Data-parallel gradients: each thread computes shards of a batch.

use std::ops::Range;

use crate::batch_part::{Part, as_part};
use crate::kernels::threads::parallel_for_each;
use crate::kernels::{map_assign, zip_assign};
use crate::optim::Structure;
use crate::{Element, Module};

/// The shards of a batch, each with a gradient of its own.
///
/// Every thread uses the whole model and a range of the rows. A gradient is a value of the model's type, so a tied
/// weight is summed over the shards once, like any other. Each shard is weighted by its number of rows: uneven shards
/// give exactly the mean over the batch. Gradients are summed pairwise in a fixed order, so the result depends on the
/// number of shards only, and not on the number of threads or their timing.
///
/// The memory of the gradients is reused from step to step; if the model has gained or lost modules, it is reallocated.
///
/// # Which losses
///
/// * A mean over all rows with equal weights: [`value_and_grad`](Shards::value_and_grad).
/// * A weighted mean, as with an ignored class, a mask, or weights:
///   [`weighted_value_and_grad`](Shards::weighted_value_and_grad), with the total weight of each part. Inside
///   `value_and_grad` a [`CrossEntropy`](crate::loss::CrossEntropy) that ignores a class panics.
/// * Any sum over the rows, as a loss of several means with a count each: [`sum_and_grad`](Shards::sum_and_grad).
/// * A loss that relates rows to each other is only that of the batch if it sees the whole batch. This applies to
///   losses with negatives from the batch, as [`info_nce_loss`](crate::loss::info_nce_loss), and to the statistics of
///   [`BatchNorm`](crate::layers::BatchNorm). Inside a part both panic. Compute the whole batch at once, on all
///   threads; or encode in shards, compute the loss and the cotangents of the codes outside, and run the encoder's
///   backward pass in shards: Gao et al., "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup",
///   2021.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{Layer, Linear};
/// use tiedw_core::loss::mse_loss_vjp;
/// use tiedw_core::parallel::Shards;
/// use tiedw_core::{Init, Module, Tensor};
///
/// let net = Linear::<2, 1>::init(&mut StdRng::seed_from_u64(0));
/// let x = Tensor::from_vec([3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// let t = Tensor::from_vec([3], vec![1.0, 0.0, -1.0]);
///
/// let mut shards = Shards::new(&net, 2);
/// let (loss, gradient) = shards.value_and_grad(&net, x.rows(), |net, gradient, rows| {
///     // In a network of one's own this is `net.loss_and_accumulate(gradient, &x, &t)`.
///     let (x, t) = (x.narrow(0, rows.start, rows.len()), t.narrow(0, rows.start, rows.len()));
///     let (y, pullback) = net.forward_vjp(&x);
///     let (loss, loss_pullback) = mse_loss_vjp(&y, &t);
///     let (dy, _) = loss_pullback(1.0, [true, false]);
///     pullback(dy.unwrap(), gradient, [false]);
///     loss
/// });
/// assert!(loss > 0.0 && gradient.bias[0] != 0.0);
/// ```
#[derive(Debug)]
pub struct Shards<M: Module> {
    gradients: Vec<M>,
    /// The contribution of each shard to the value.
    values: Vec<M::Elem>,
    micro_batches: usize,
    structure: Structure,
}

impl<M: Module + Send + Sync> Shards<M> {
    /// Splits each batch into `shards` shards: as many as there are threads, or a multiple of that.
    ///
    /// # Panics
    /// If `shards` is 0.
    #[track_caller]
    pub fn new(module: &M, shards: usize) -> Self {
        assert!(shards > 0, "a batch has at least one shard");
        let gradients = (0..shards).map(|_| module.zeros_like()).collect();
        let structure = Structure::new(module);
        Shards { gradients, values: vec![M::Elem::ZERO; shards], micro_batches: 1, structure }
    }

    /// Splits each shard into `count` micro-batches, which are computed sequentially and whose gradients are
    /// accumulated.
    ///
    /// Only the activations of one micro-batch are kept at a time. This takes less memory, and often less time, since
    /// they stay in cache. Uneven micro-batches give exactly the mean too.
    ///
    /// ```
    /// # use tiedw_core::{Module, Vector, parallel::Shards};
    /// let net = Vector::<1>::zeros();
    /// let mut shards = Shards::new(&net, 1).micro_batches(2);
    /// let (mean, gradient) = shards.value_and_grad(&net, 3, |_, gradient, rows| {
    ///     let mean = rows.clone().sum::<usize>() as f32 / rows.len() as f32;
    ///     gradient.view_mut().add(0, 10.0 * mean);
    ///     mean
    /// });
    /// assert_eq!((mean, gradient[0]), (1.0, 10.0));
    /// ```
    ///
    /// # Panics
    /// If `count` is 0.
    #[track_caller]
    pub fn micro_batches(mut self, count: usize) -> Self {
        assert!(count > 0, "a shard has at least one micro-batch");
        self.micro_batches = count;
        self
    }

    /// The mean of a value over the `rows` of a batch, and its gradient.
    ///
    /// `of_part` is called once for each micro-batch that has rows, on any thread. It must add the gradient of the mean
    /// over these rows to the gradient that it is passed, and return that mean. If the mean is not over all of these
    /// rows, use [`weighted_value_and_grad`](Shards::weighted_value_and_grad).
    ///
    /// # Panics
    /// If there are no rows, or `of_part` panics.
    #[track_caller]
    pub fn value_and_grad(
        &mut self,
        module: &M,
        rows: usize,
        of_part: impl Fn(&M, &mut M, Range<usize>) -> M::Elem + Sync,
    ) -> (M::Elem, &M) {
        assert!(
            rows > 0,
            "a batch of 0 rows in shards: there is no mean over no rows, so leave the batch out"
        );
        self.combine(module, rows, Part::ByRows, rows as f64, |of| of.len() as f64, of_part)
    }

    /// The weighted mean of a value over the `rows` of a batch, and its gradient.
    ///
    /// `weight` returns the total weight of a range of rows. It is called twice per part: first for all parts, before
    /// any call of `of_part`. `of_part` must add the gradient of the weighted mean over its rows to the gradient that
    /// it is passed, and return that mean. The result is the weighted sum over the batch, divided by the total weight.
    /// Parts of weight 0 are skipped. If the total weight is 0, the value is NaN, as in PyTorch, and the gradient is 0.
    ///
    /// ```
    /// use tiedw_core::loss::CrossEntropy;
    /// use tiedw_core::parallel::Shards;
    /// use tiedw_core::{Module, Tensor, Vector};
    ///
    /// // The logits of each row are those of the net; class 9 is ignored.
    /// let net = Vector::<2>::zeros();
    /// let loss = CrossEntropy::new().ignore_index(9);
    /// let classes = [9, 9, 0, 9];
    /// let mut shards = Shards::new(&net, 2);
    /// let (mean, gradient) = shards.weighted_value_and_grad(
    ///     &net,
    ///     classes.len(),
    ///     |rows| loss.count(&classes[rows]) as f64,
    ///     |_, gradient, rows| {
    ///         let (mean, pullback) = loss.loss_vjp(&Tensor::<2>::zeros([rows.len()]), &classes[rows]);
    ///         let (_, dlogits, _) = pullback(1.0, [false, true, false]);
    ///         dlogits.unwrap().as_slice().iter().enumerate().for_each(|(at, d)| gradient[at % 2] += d);
    ///         mean
    ///     },
    /// );
    /// assert_eq!((mean, gradient.as_slice()), (2.0_f32.ln(), &[-0.5, 0.5][..]));
    /// ```
    ///
    /// # Panics
    /// If there are no rows, a weight is negative, infinite or NaN, or `of_part` panics.
    #[track_caller]
    pub fn weighted_value_and_grad(
        &mut self,
        module: &M,
        rows: usize,
        weight: impl Fn(Range<usize>) -> f64 + Sync,
        of_part: impl Fn(&M, &mut M, Range<usize>) -> M::Elem + Sync,
    ) -> (M::Elem, &M) {
        assert!(
            rows > 0,
            "a batch of 0 rows in shards: there is no mean over no rows, so leave the batch out"
        );
        let (shards, parts) = (self.gradients.len(), self.micro_batches);
        let mut total = 0.0;
        for part in (0..shards).flat_map(|shard| parts_of(shard, shards, parts, rows)) {
            total += checked(weight(part.clone()), part);
        }
        self.combine(module, rows, Part::Weighted, total, weight, of_part)
    }

    /// The sum of a value over the parts of a batch, and its gradient, without any division.
    ///
    /// `of_part` must add its gradient to the gradient that it is passed, which holds those of other parts, and return
    /// its value. For a loss of several means with a count each, divide each sum by its count in the whole batch. The
    /// values of the parts need not combine to that of the batch, so losses and layers that panic inside a part of the
    /// other methods are allowed here.
    ///
    /// ```
    /// # use tiedw_core::{Module, Vector, parallel::Shards};
    /// let net = Vector::<1>::zeros();
    /// let mut shards = Shards::new(&net, 2).micro_batches(2);
    /// let (sum, gradient) = shards.sum_and_grad(&net, 5, |_, gradient, rows| {
    ///     gradient[0] += rows.len() as f32;
    ///     rows.sum::<usize>() as f32
    /// });
    /// assert_eq!((sum, gradient[0]), (10.0, 5.0));
    /// ```
    ///
    /// # Panics
    /// If `of_part` panics.
    pub fn sum_and_grad(
        &mut self,
        module: &M,
        rows: usize,
        of_part: impl Fn(&M, &mut M, Range<usize>) -> M::Elem + Sync,
    ) -> (M::Elem, &M) {
        self.combine(module, rows, Part::Whole, 1.0, |_| 1.0, of_part)
    }

    /// The sum over the parts of weight / `total` times the result of `of_part`.
    fn combine(
        &mut self,
        module: &M,
        rows: usize,
        part: Part,
        total: f64,
        weight: impl Fn(Range<usize>) -> f64 + Sync,
        of_part: impl Fn(&M, &mut M, Range<usize>) -> M::Elem + Sync,
    ) -> (M::Elem, &M) {
        let (shards, parts) = (self.gradients.len(), self.micro_batches);
        let part = if rows.min(shards * parts) > 1 { part } else { Part::Whole };
        let ratio = |weight: f64, of: f64| M::Elem::from_f64(weight / of);

        if self.structure.differs(module) {
            self.gradients.fill_with(|| module.zeros_like());
        }
        self.values.fill(M::Elem::ZERO);
        let sums = self.gradients.iter_mut().zip(&mut self.values).enumerate();
        parallel_for_each(sums, |(shard, (gradient, value))| {
            gradient.zero_grad();
            // The gradient is scaled as if the mean had this weight.
            let mut counted = 0.0;
            for rows in parts_of(shard, shards, parts, rows) {
                let of = weight(rows.clone());
                if of == 0.0 {
                    continue;
                }
                if counted != 0.0 {
                    scale(gradient, ratio(counted, of));
                }
                counted = of;
                let mean = as_part(part, || of_part(module, gradient, rows));
                *value += mean * ratio(counted, total);
            }
            if counted != 0.0 {
                scale(gradient, ratio(counted, total));
            }
        });

        self.sum();
        let value = self.values.iter().copied().sum();
        (if total == 0.0 { M::Elem::from_f64(f64::NAN) } else { value }, &self.gradients[0])
    }

    /// Adds all gradients to the first one, pairwise: first neighbours, then sums of neighbours, and so on.
    fn sum(&mut self) {
        let mut distance = 1;
        while distance < self.gradients.len() {
            for pair in self.gradients.chunks_mut(2 * distance) {
                if let Some((left, [right, ..])) = pair.split_at_mut_checked(distance) {
                    left[0].update(right, [], &mut |left, right, []| zip_assign(left, right, |x, y| x + y));
                }
            }
            distance *= 2;
        }
    }
}

/// The rows of one of `count` shards: contiguous ranges of nearly equal size.
pub(super) fn rows_of(shard: usize, count: usize, rows: usize) -> Range<usize> {
    shard * rows / count..(shard + 1) * rows / count
}

/// The ranges of rows of a shard's `parts` that are not empty.
fn parts_of(shard: usize, shards: usize, parts: usize, rows: usize) -> impl Iterator<Item = Range<usize>> {
    let Range { start, end } = rows_of(shard, shards, rows);
    (0..parts)
        .map(move |part| rows_of(part, parts, end - start))
        .filter(|of| !of.is_empty())
        .map(move |of| start + of.start..start + of.end)
}

/// Returns the weight, if it is valid.
#[track_caller]
pub(super) fn checked(weight: f64, rows: Range<usize>) -> f64 {
    assert!(
        weight >= 0.0 && weight.is_finite(),
        "rows {rows:?} weigh {weight}: a weight is 0 or a positive number"
    );
    weight
}

pub(super) fn scale<M: Module>(module: &mut M, factor: M::Elem) {
    for mut parameter in module.parameters_mut() {
        if factor != M::Elem::ONE {
            map_assign(parameter.as_mut_slice(), |number| number * factor);
        }
    }
}
