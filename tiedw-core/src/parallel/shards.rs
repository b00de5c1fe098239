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
}

impl<M: Module + Send + Sync> Shards<M> {
    /// So many shards of each batch: as many as there are threads, or a multiple of that.
    ///
    /// # Panics
    /// Where there are none.
    pub fn new(module: &M, shards: usize) -> Self {
        assert!(shards > 0, "a batch has at least one shard");
        let gradients = (0..shards).map(|_| module.zeros_like()).collect();
        Shards { gradients, values: vec![M::Elem::ZERO; shards] }
    }

    /// The mean of a value over the `rows` of a batch, and its gradient.
    ///
    /// `of_shard` is called once for each shard that has rows, on any thread: it adds the gradient of the mean over these
    /// rows to the gradient that it is given, which is zero before, and returns that mean.
    ///
    /// # Panics
    /// Where there are no rows.
    pub fn value_and_grad(
        &mut self,
        module: &M,
        rows: usize,
        of_shard: impl Fn(&M, &mut M, Range<usize>) -> M::Elem + Sync,
    ) -> (M::Elem, &M) {
        assert!(rows > 0, "a batch has at least one row");
        let count = self.gradients.len();
        let rows_of = |shard: usize| rows_of(shard, count, rows);
        let weight_of = |shard: usize| M::Elem::from_count(rows_of(shard).len()) / M::Elem::from_count(rows);

        self.values.fill(M::Elem::ZERO);
        let shards = self.gradients.iter_mut().zip(&mut self.values).enumerate();
        chunks(shards, |(shard, (gradient, value))| {
            scale(gradient, M::Elem::ZERO);
            let rows = rows_of(shard);
            if rows.is_empty() {
                return;
            }
            let mean = of_shard(module, gradient, rows);
            scale(gradient, weight_of(shard));
            *value = mean * weight_of(shard);
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
