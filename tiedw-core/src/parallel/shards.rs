//! Gradients of a batch, a shard of it a thread.

use std::ops::Range;

use super::pieces::chunks;
use crate::kernels::{map_assign, zip_assign};
use crate::{Element, Module};

/// A batch in shards, each with a gradient of its own.
///
/// Every thread has the whole model and a part of the rows. A gradient is one value of the model's type, so that a tied
/// weight is summed over the shards once, like any other. Each shard counts by its rows: uneven ones give exactly the mean
/// over the batch. The sum goes pair by pair in a fixed order, so the result depends on the number of shards, and on
/// nothing else: not on how many threads there are, or which is first.
///
/// The gradients keep their place from step to step.
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
    /// Each shard's part of the mean.
    values: Vec<M::Elem>,
    micro_batches: usize,
}

impl<M: Module + Send + Sync> Shards<M> {
    /// So many shards of each batch: as many as there are threads, or a multiple of that.
    ///
    /// # Panics
    /// Where there are none.
    pub fn new(module: &M, shards: usize) -> Self {
        assert!(shards > 0, "a batch has at least one shard");
        let gradients = (0..shards).map(|_| module.zeros_like()).collect();
        Shards { gradients, values: vec![M::Elem::ZERO; shards], micro_batches: 1 }
    }

    /// Each shard takes its rows in so many parts, one after the other, whose gradients add up.
    ///
    /// Only what one part needs for its backward pass is kept at a time: less memory, and often less time, since it stays
    /// near the processor. Uneven parts give exactly the mean too.
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
    /// Where there are none.
    pub fn micro_batches(mut self, count: usize) -> Self {
        assert!(count > 0, "a shard has at least one micro-batch");
        self.micro_batches = count;
        self
    }

    /// The mean of a value over the `rows` of a batch, and its gradient.
    ///
    /// `of_part` is called once for each micro-batch that has rows, on any thread: it adds the gradient of the mean over
    /// these rows to the gradient that it is given, and returns that mean.
    ///
    /// # Panics
    /// Where there are no rows.
    pub fn value_and_grad(
        &mut self,
        module: &M,
        rows: usize,
        of_part: impl Fn(&M, &mut M, Range<usize>) -> M::Elem + Sync,
    ) -> (M::Elem, &M) {
        assert!(rows > 0, "a batch has at least one row");
        let (shards, parts) = (self.gradients.len(), self.micro_batches);
        let ratio = |count: usize, of: usize| M::Elem::from_count(count) / M::Elem::from_count(of);

        self.values.fill(M::Elem::ZERO);
        let sums = self.gradients.iter_mut().zip(&mut self.values).enumerate();
        chunks(sums, |(shard, (gradient, value))| {
            scale(gradient, M::Elem::ZERO);
            let of_shard = rows_of(shard, shards, rows);
            // The gradient is what so many rows would have as the mean.
            let mut counted = 0;
            for part in 0..parts {
                let of = rows_of(part, parts, of_shard.len());
                if of.is_empty() {
                    continue;
                }
                if counted > 0 {
                    scale(gradient, ratio(counted, of.len()));
                }
                counted = of.len();
                let mean = of_part(module, gradient, of_shard.start + of.start..of_shard.start + of.end);
                *value += mean * ratio(counted, rows);
            }
            scale(gradient, ratio(counted, rows));
        });

        self.sum();
        (self.values.iter().copied().sum(), &self.gradients[0])
    }

    /// Adds all gradients to the first: each second one to the one before it, and so on with those.
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

/// The rows of one of `count` shards: one after the other, and as even as their number allows.
pub(super) fn rows_of(shard: usize, count: usize, rows: usize) -> Range<usize> {
    shard * rows / count..(shard + 1) * rows / count
}

pub(super) fn scale<M: Module>(module: &mut M, factor: M::Elem) {
    for mut parameter in module.parameters_mut() {
        if factor == M::Elem::ZERO {
            parameter.as_mut_slice().fill(M::Elem::ZERO);
        } else if factor != M::Elem::ONE {
            map_assign(parameter.as_mut_slice(), |number| number * factor);
        }
    }
}
