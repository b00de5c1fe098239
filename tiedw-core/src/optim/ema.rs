use std::collections::{HashMap, HashSet};

use super::structure::{Structure, copy as copy_all};
use crate::module::{Kind, Path};
use crate::param::Parameter;
use crate::{Element, Module};

/// An exponential moving average (EMA) of a model's weights, stored in a copy of the model with the same
/// ties.
///
/// average = decay · average + (1 - decay) · weight, once for each parameter. Buffers, such as running
/// statistics, and frozen weights are copied. Polyak and Juditsky, "Acceleration of Stochastic Approximation
/// by Averaging", 1992.
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
    /// The source of each parameter of the average, in field order.
    pairs: Vec<Pair>,
    structure: Structure,
}

/// The source of a parameter of the average.
#[derive(Clone, Copy, Debug)]
struct Pair {
    /// Its index among the parameters of the model.
    from: usize,
    /// Whether it is averaged; copied otherwise.
    trained: bool,
}

impl<M: Module + Clone> ExponentialMovingAverage<M> {
    /// Creates an average that starts from the current weights of `module`.
    pub fn new(module: &M, decay: f64) -> Self {
        let structure = Structure::new(module);
        let average = module.clone();
        ExponentialMovingAverage { decay, pairs: pairs(module, &average), average, structure }
    }

    /// Updates the average with the current weights of `module`.
    ///
    /// Parameters that the model has gained since the last update are copied.
    pub fn update(&mut self, module: &M) {
        let parameters = module.parameters();
        if self.structure.differs(module) || parameters.len() != self.pairs.len() {
            let old = std::mem::replace(&mut self.average, module.clone());
            copy_all(&old, &mut self.average);
            self.pairs = pairs(module, &self.average);
        }
        let keep = M::Elem::from_f64(1.0 - self.decay);
        let (parameters, mut pairs) = (parameters.as_slice(), self.pairs.iter());
        self.average.visit_mut(Kind::Parameter, &mut Path::default(), &mut |_, mut average| {
            let Some(pair) = pairs.next() else { return };
            let (average, weights) = (average.as_mut_slice(), parameters[pair.from].as_slice());
            if !pair.trained {
                average.copy_from_slice(weights);
                return;
            }
            for (average, &weight) in average.iter_mut().zip(weights) {
                *average += keep * (weight - *average);
            }
        });
        let buffers: HashMap<String, Parameter<'_, M::Elem>> = module.named_buffers().collect();
        self.average.visit_mut(Kind::Buffer, &mut Path::default(), &mut |path, mut average| {
            if let Some(from) = buffers.get(&path.to_string()) {
                average.as_mut_slice().copy_from_slice(from.as_slice());
            }
        });
    }
}

impl<M: Module> ExponentialMovingAverage<M> {
    /// Returns the averaged model.
    pub fn module(&self) -> &M {
        &self.average
    }

    /// Returns a mutable reference to the averaged model.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::ExponentialMovingAverage};
    /// let mut average = ExponentialMovingAverage::new(&Vector::<1>::zeros(), 0.9);
    /// average.module_mut()[0] = 1.0;
    /// assert_eq!(average.module()[0], 1.0);
    /// ```
    pub fn module_mut(&mut self) -> &mut M {
        self.structure.forget();
        &mut self.average
    }

    /// Returns the averaged model, and drops the rest.
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

/// Maps each parameter of the average to the parameter of the model with the same name.
fn pairs<M: Module>(module: &M, average: &M) -> Vec<Pair> {
    let places: HashMap<String, usize> =
        module.named_parameters().enumerate().map(|(at, (name, _))| (name, at)).collect();
    // A gradient contains all parameters that are not frozen.
    let trained: HashSet<String> = module.zeros_like().named_parameters().map(|(name, _)| name).collect();
    let pair = |name: String| Pair { from: places[&name], trained: trained.contains(&name) };
    average.named_parameters().map(|(name, _)| pair(name)).collect()
}
