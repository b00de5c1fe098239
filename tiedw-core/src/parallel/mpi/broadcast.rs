use std::hash::{DefaultHasher, Hash, Hasher};

use ::mpi::traits::Equivalence;

use super::Ranks;
use crate::Module;
use crate::Real;
use crate::module::{Kind, Path};
use crate::parallel::flat::take;
use crate::param::Shape;

impl Ranks {
    /// Broadcasts the parameters and buffers of rank 0, including frozen ones, each once. Collective.
    ///
    /// # Panics
    /// If a rank has more or fewer modules in a `Vec` or an `Option` than rank 0.
    pub fn broadcast<M: Module<Elem: Equivalence + Real>>(&self, module: &mut M) {
        let mut values = values(module);
        self.broadcast_counted(&mut values, layout(module));
        let mut rest = values.as_slice();
        module.visit_mut(Kind::Parameter, &mut Path::default(), &mut |_, mut parameter| {
            take(&mut rest, parameter.as_mut_slice())
        });
        module.visit_mut(Kind::Buffer, &mut Path::default(), &mut |_, mut buffer| {
            take(&mut rest, buffer.as_mut_slice())
        });
    }

    /// Broadcasts the buffers of rank 0. Collective.
    ///
    /// If [`BatchNorm`](crate::layers::BatchNorm) takes its statistics from the rows of each rank, as
    /// [`sum_and_grad`](super::AllReduce::sum_and_grad) allows, the running statistics differ between ranks. Call this
    /// before evaluation, for example.
    ///
    /// # Panics
    /// As [`broadcast`](Ranks::broadcast).
    pub fn broadcast_buffers<M: Module<Elem: Equivalence + Real>>(&self, module: &mut M) {
        let mut values = Vec::new();
        module.visit(Kind::Buffer, &mut Path::default(), &mut |_, buffer| {
            values.extend_from_slice(buffer.as_slice())
        });
        self.broadcast_counted(&mut values, layout(module));
        let mut rest = values.as_slice();
        module.visit_mut(Kind::Buffer, &mut Path::default(), &mut |_, mut buffer| {
            take(&mut rest, buffer.as_mut_slice())
        });
    }

    /// Whether all ranks have the same parameters and buffers, bit for bit. Collective.
    ///
    /// # Panics
    /// As [`broadcast`](Ranks::broadcast).
    pub fn all_equal<M: Module<Elem: Equivalence + Real>>(&self, module: &M) -> bool {
        let here = values(module);
        let mut first = here.clone();
        self.broadcast_counted(&mut first, layout(module));
        // Compares bits: NaN equals NaN, and 0 differs from -0.
        let bits = |number: &M::Elem| number.to_f64().to_bits();
        self.all(here.iter().map(bits).eq(first.iter().map(bits)))
    }

    /// Broadcasts the values of rank 0, after a check that all ranks have as many, of the same parameters.
    fn broadcast_counted<E: Equivalence>(&self, values: &mut [E], layout: u64) {
        let (rank, here) = (self.rank(), values.len());
        let mut first = [here as u64, layout];
        self.broadcast_values(&mut first);
        assert!(
            first[0] == here as u64,
            "rank {rank} expects {here} elements, but rank 0 sends {}",
            first[0]
        );
        assert!(
            first[1] == layout,
            "rank {rank} has different parameters than rank 0, though as many elements: a `Vec` or an `Option` \
             holds more modules on one of them, or a size that is `DYN` differs"
        );
        self.broadcast_values(values);
    }
}

/// The values of all parameters and buffers.
fn values<M: Module>(module: &M) -> Vec<M::Elem> {
    let mut values = Vec::new();
    module.visit(Kind::Parameter, &mut Path::default(), &mut |_, parameter| {
        values.extend_from_slice(parameter.as_slice())
    });
    module.visit(Kind::Buffer, &mut Path::default(), &mut |_, buffer| {
        values.extend_from_slice(buffer.as_slice())
    });
    values
}

/// A digest of the paths and shapes of parameters and buffers.
fn layout<M: Module>(module: &M) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut add = |path: &Path, shape: Shape| (path, shape).hash(&mut hasher);
    module.visit(Kind::Parameter, &mut Path::default(), &mut |path, parameter| add(path, parameter.shape()));
    module.visit(Kind::Buffer, &mut Path::default(), &mut |path, buffer| add(path, buffer.shape()));
    hasher.finish()
}
