use std::collections::{HashMap, HashSet};

use super::structure::{Structure, copy as copy_all};
use crate::module::Path;
use crate::param::{Parameter, ParameterMut};
use crate::{Element, Module};

/// An exponential moving average of a model: a model of its own, with the same ties.
///
/// average = decay · average + (1 - decay) · weight, each parameter once; buffers, such as running statistics, and
/// frozen weights are copied. Polyak and Juditsky, "Acceleration of Stochastic
/// Approximation by Averaging", 1992.
///
/// ```
/// use tiedw_core::{Vector, optim::ExponentialMovingAverage};
///
/// let mut weights = Vector::<1>::from_vec(vec![0.0]);
/// let mut average = ExponentialMovingAverage::new(&weights, 0.75);
/// weights[0] = 8.0;
/// average.update(&weights);
/// assert_eq!(average.module()[0], 2.0);
/// ```
#[derive(Clone, Debug)]
pub struct ExponentialMovingAverage<M> {
    decay: f64,
    average: M,
    structure: Structure,
}

impl<M: Module + Clone> ExponentialMovingAverage<M> {
    /// The average of the model as it is now.
    pub fn new(module: &M, decay: f64) -> Self {
        let mut structure = Structure::default();
        structure.differs(module);
        ExponentialMovingAverage { decay, average: module.clone(), structure }
    }

    /// Moves the average toward the model.
    ///
    /// What the model has gained since starts as it is in the model.
    pub fn update(&mut self, module: &M) {
        if const { M::SPEC.num_parameters().is_none() } && self.structure.differs(module) {
            let old = std::mem::replace(&mut self.average, module.clone());
            copy_all(&old, &mut self.average);
        }
        let keep = M::Elem::from_f64(1.0 - self.decay);
        let mut averaged = HashSet::new();
        self.average.update(module, [], &mut |average, weights, []| {
            averaged.insert(average.as_ptr());
            for (average, &weight) in average.iter_mut().zip(weights) {
                *average += keep * (weight - *average);
            }
        });
        let parameters: HashMap<String, Parameter<'_, M::Elem>> = module.named_parameters().collect();
        self.average.visit_mut(&mut Path::default(), &mut |path, mut average| {
            if !averaged.contains(&average.as_mut_slice().as_ptr()) {
                copy(&parameters, path, &mut average);
            }
        });
        let buffers: HashMap<String, Parameter<'_, M::Elem>> = module.named_buffers().collect();
        self.average.visit_buffers_mut(&mut Path::default(), &mut |path, mut average| {
            copy(&buffers, path, &mut average);
        });
    }
}

impl<M: Module> ExponentialMovingAverage<M> {
    /// The average.
    pub fn module(&self) -> &M {
        &self.average
    }

    /// The average, to be changed.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::ExponentialMovingAverage};
    /// let mut average = ExponentialMovingAverage::new(&Vector::<1>::zeros(), 0.9);
    /// average.module_mut()[0] = 1.0;
    /// assert_eq!(average.module()[0], 1.0);
    /// ```
    pub fn module_mut(&mut self) -> &mut M {
        &mut self.average
    }

    /// The average, on its own.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::ExponentialMovingAverage};
    /// let average = ExponentialMovingAverage::new(&Vector::<1>::from([2.0]), 0.9);
    /// let weights: Vector<1> = average.into_module();
    /// assert_eq!(weights[0], 2.0);
    /// ```
    pub fn into_module(self) -> M {
        self.average
    }
}

/// Copies what has the same name.
fn copy<E: Element>(all: &HashMap<String, Parameter<'_, E>>, path: &Path, to: &mut ParameterMut<'_, E>) {
    if let Some(from) = all.get(&path.to_string()) {
        to.as_mut_slice().copy_from_slice(from.as_slice());
    }
}
