use std::ops::Range;

use ::mpi::traits::Equivalence;

use super::Ranks;
use crate::parallel::shards::scale;
use crate::parallel::{parameters_to_vector, vector_to_parameters};
use crate::{Element, Module};

/// The gradient of a batch whose rows lie on all ranks, summed in one message.
///
/// It is to ranks what [`Shards`](crate::parallel::Shards) is to threads. The message holds each parameter once, whatever
/// is tied to it, and the value. Each rank counts by its rows: uneven ones give exactly the mean over the batch. (With more
/// than 2³¹ - 1 parameters there are as many messages as MPI needs.)
///
/// See [the module](super) for an example. The gradient and the message keep their place from step to step.
#[derive(Debug)]
pub struct AllReduce<M: Module> {
    gradient: M,
    here: Vec<M::Elem>,
    sum: Vec<M::Elem>,
}

impl<M: Module<Elem: Equivalence>> AllReduce<M> {
    /// For gradients of this module.
    pub fn new(module: &M) -> Self {
        AllReduce { gradient: module.zeros_like(), here: Vec::new(), sum: Vec::new() }
    }

    /// The mean of a value over the `rows` of a batch, and its gradient: the same on all ranks, bit for bit. Collective.
    ///
    /// `of_rank` is called with the rows of this rank, where it has any: it adds the gradient of the mean over these rows
    /// to the gradient that it is given, which is zero before, and returns that mean.
    ///
    /// # Panics
    /// Where there are no rows.
    pub fn value_and_grad(
        &mut self,
        ranks: &Ranks,
        module: &M,
        rows: usize,
        of_rank: impl FnOnce(&M, &mut M, Range<usize>) -> M::Elem,
    ) -> (M::Elem, &M) {
        assert!(rows > 0, "a batch has at least one row");
        scale(&mut self.gradient, M::Elem::ZERO);
        let mut value = M::Elem::ZERO;
        let rows_here = ranks.rows(rows);
        if !rows_here.is_empty() {
            let weight = M::Elem::from_count(rows_here.len()) / M::Elem::from_count(rows);
            value = weight * of_rank(module, &mut self.gradient, rows_here);
            scale(&mut self.gradient, weight);
        }

        parameters_to_vector(&self.gradient, &mut self.here);
        self.here.push(value);
        self.sum.resize(self.here.len(), M::Elem::ZERO);
        ranks.all_reduce(&self.here, &mut self.sum);
        if let Some((sum, gradient)) = self.sum.split_last() {
            value = *sum;
            vector_to_parameters(gradient, &mut self.gradient);
        }
        (value, &self.gradient)
    }
}
