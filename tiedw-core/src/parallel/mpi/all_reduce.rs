use std::ops::Range;

use ::mpi::traits::Equivalence;

use super::Ranks;
use crate::batch_part::{Part, as_part};
use crate::optim::Structure;
use crate::parallel::FlatVector;
use crate::parallel::shards::{checked, scale};
use crate::{Element, Module};

/// The gradient of a batch that is distributed over all ranks, summed in one message.
///
/// It is the counterpart of [`Shards`](crate::parallel::Shards) for ranks; see there which losses it suits. The message
/// contains each parameter once, whatever is tied to it, and the value. Each rank is weighted by its number of rows:
/// uneven ranks give exactly the mean over the batch. (With more than 2³¹ - 1 elements there are as many messages as
/// MPI needs.)
///
/// See [the module](super) for an example. The memory of the gradient and the message is reused from step to step.
#[derive(Debug)]
pub struct AllReduce<M: Module> {
    gradient: M,
    flat: FlatVector<M::Elem>,
    here: Vec<M::Elem>,
    sum: Vec<M::Elem>,
    structure: Structure,
}

/// The parts of the layout digest in a message, each as a value and its square: all ranks have the same value if and
/// only if the mean of the squares is the square of the mean. Values are small, so that their sums are exact in `f32`.
pub(super) const PIECES: usize = 3;
const BITS: usize = 4;

impl<M: Module<Elem: Equivalence>> AllReduce<M> {
    /// Allocates for gradients of this module.
    pub fn new(module: &M) -> Self {
        let gradient = module.zeros_like();
        let structure = Structure::new(module);
        AllReduce { flat: FlatVector::of(&gradient), gradient, here: Vec::new(), sum: Vec::new(), structure }
    }

    /// The mean of a value over the `rows` of a batch, and its gradient: the same on all ranks, bit for bit.
    /// Collective.
    ///
    /// `of_rank` is called with the rows of this rank, unless there are none. It must add the gradient of the mean over
    /// these rows to the gradient that it is passed, which is zero before, and return that mean.
    ///
    /// If the mean is not over all of these rows, use [`weighted_value_and_grad`](AllReduce::weighted_value_and_grad).
    ///
    /// # Panics
    /// If `rows` is 0, the models of the ranks have different parameters, or `of_rank` panics.
    pub fn value_and_grad(
        &mut self,
        ranks: &Ranks,
        module: &M,
        rows: usize,
        of_rank: impl FnOnce(&M, &mut M, Range<usize>) -> M::Elem,
    ) -> (M::Elem, &M) {
        assert!(
            rows > 0,
            "a batch of 0 rows on ranks: there is no mean over no rows, so leave the batch out"
        );
        let weight = |of: Range<usize>| M::Elem::from_count(of.len()) / M::Elem::from_count(rows);
        self.of_this_rank(ranks, module, rows, Part::ByRows, weight, of_rank);
        self.sum_over(ranks);
        let value = self.sum.pop().unwrap_or(M::Elem::ZERO);
        self.take_sum(ranks);
        (value, &self.gradient)
    }

    /// The weighted mean of a value over the `rows` of a batch, and its gradient. Collective.
    ///
    /// As in [`Shards::weighted_value_and_grad`](crate::parallel::Shards::weighted_value_and_grad), `weight` returns
    /// the total weight of the rows of this rank. It is part of the message too. On a rank of weight 0 `of_rank` is not
    /// called; if the total weight of all ranks is 0, the value is NaN and the gradient 0.
    ///
    /// # Panics
    /// If `rows` is 0, a weight is negative, infinite or NaN, the models of the ranks have different parameters, or
    /// `of_rank` panics.
    pub fn weighted_value_and_grad(
        &mut self,
        ranks: &Ranks,
        module: &M,
        rows: usize,
        weight: impl FnOnce(Range<usize>) -> f64,
        of_rank: impl FnOnce(&M, &mut M, Range<usize>) -> M::Elem,
    ) -> (M::Elem, &M) {
        assert!(
            rows > 0,
            "a batch of 0 rows on ranks: there is no mean over no rows, so leave the batch out"
        );
        let mut counted = M::Elem::ZERO;
        let weight = |of: Range<usize>| {
            counted = M::Elem::from_f64(checked(weight(of.clone()), of));
            counted
        };
        self.of_this_rank(ranks, module, rows, Part::Weighted, weight, of_rank);
        self.here.push(counted);
        self.sum_over(ranks);
        let total = self.sum.pop().unwrap_or(M::Elem::ZERO);
        let value = self.sum.pop().unwrap_or(M::Elem::ZERO);
        self.take_sum(ranks);
        if total != M::Elem::ZERO {
            scale(&mut self.gradient, M::Elem::ONE / total);
        }
        // 0 / 0 if the total weight is 0.
        (value / total, &self.gradient)
    }

    /// The sum of a value over the ranks, and its gradient, without any division. Collective.
    ///
    /// As in [`Shards::sum_and_grad`](crate::parallel::Shards::sum_and_grad): for a mean over the batch, each rank
    /// divides the sum over its rows by the count of the whole batch. Here a rank may use its own rows only, as a
    /// [`BatchNorm`](crate::layers::BatchNorm) with the statistics of the rank.
    ///
    /// # Panics
    /// If the models of the ranks have different parameters, or `of_rank` panics.
    pub fn sum_and_grad(
        &mut self,
        ranks: &Ranks,
        module: &M,
        rows: usize,
        of_rank: impl FnOnce(&M, &mut M, Range<usize>) -> M::Elem,
    ) -> (M::Elem, &M) {
        self.of_this_rank(ranks, module, rows, Part::Whole, |_| M::Elem::ONE, of_rank);
        self.sum_over(ranks);
        let value = self.sum.pop().unwrap_or(M::Elem::ZERO);
        self.take_sum(ranks);
        (value, &self.gradient)
    }

    /// Writes the gradient of the rows of this rank, and their value, both multiplied by the weight, to `here`.
    fn of_this_rank(
        &mut self,
        ranks: &Ranks,
        module: &M,
        rows: usize,
        part: Part,
        weight: impl FnOnce(Range<usize>) -> M::Elem,
        of_rank: impl FnOnce(&M, &mut M, Range<usize>) -> M::Elem,
    ) {
        if self.structure.differs(module) {
            self.gradient = module.zeros_like();
        }
        self.gradient.zero_grad();
        let part = if ranks.size().min(rows) > 1 { part } else { Part::Whole };
        let mut value = M::Elem::ZERO;
        let rows_here = ranks.rows(rows);
        if !rows_here.is_empty() {
            let weight = weight(rows_here.clone());
            if weight != M::Elem::ZERO {
                value = weight * as_part(part, || of_rank(module, &mut self.gradient, rows_here));
                scale(&mut self.gradient, weight);
            }
        }
        self.flat.copy_from(&self.gradient);
        self.here.clear();
        self.here.extend_from_slice(&self.flat);
        self.here.extend(self.flat.taking_part());
        self.here.extend(pieces(self.flat.layout()).flat_map(|piece: M::Elem| [piece, piece * piece]));
        self.here.push(value);
    }

    /// Takes the gradient from the sum, from whose end the values have been removed.
    fn take_sum(&mut self, ranks: &Ranks) {
        let layout = self.sum.split_off(self.sum.len() - 2 * PIECES);
        let size = M::Elem::from_count(ranks.size());
        assert!(
            layout.chunks(2).all(|sums| sums[0] * sums[0] == sums[1] * size),
            "the models of the ranks have other parameters: a `Vec` or an `Option` holds more modules on one of them, or \
             a size that is `DYN` differs"
        );
        let (values, taking_part) = self.sum.split_at(self.flat.len());
        self.flat.set(values, taking_part);
        self.flat.copy_to(&mut self.gradient);
    }

    /// Sums `here` over all ranks.
    fn sum_over(&mut self, ranks: &Ranks) {
        self.sum.resize(self.here.len(), M::Elem::ZERO);
        ranks.all_reduce(&self.here, &mut self.sum);
    }
}

/// The parts of a digest, as small values.
fn pieces<E: Element>(digest: u64) -> impl Iterator<Item = E> {
    (0..PIECES).map(move |piece| E::from_f64((digest >> (BITS * piece) & ((1 << BITS) - 1)) as f64))
}
