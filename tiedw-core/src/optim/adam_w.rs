use super::adam::Moments;
use super::decay::Decay;
use super::structure::Structure;
use super::{OptimizerState, optimizer_state};
use crate::kernels::AdamStep;
use crate::{Element, Module};

/// The AdamW optimizer: Adam with decoupled weight decay, with PyTorch's update rule.
///
/// w -= lr · decay · w, then the step of [`Adam`](super::Adam). Loshchilov and Hutter, "Decoupled Weight Decay
/// Regularization", 2019, algorithm 2.
///
/// ```
/// use tiedw_core::{Vector, optim::AdamW};
///
/// let mut weights = Vector::<1>::from_vec(vec![1.0]);
/// AdamW::new(0.1).weight_decay(0.5).step(&mut weights, &Vector::from_vec(vec![123.0]));
/// assert!((weights[0] - 0.85).abs() < 1e-6);
/// ```
///
/// Biases and normalization weights are usually exempt from weight decay:
///
/// ```
/// use tiedw_core::{Matrix, Vector, layers::Linear, optim::AdamW};
///
/// let mut layer = Linear::<1, 1> { weight: Matrix::from_vec(vec![1.0]), bias: Vector::from_vec(vec![1.0]) };
/// let zeros = Linear { weight: Matrix::zeros(), bias: Vector::zeros() };
/// let mut adam = AdamW::new(0.1).weight_decay(0.5).decay_where(|name| !name.ends_with("bias"));
/// adam.step(&mut layer, &zeros);
/// assert_eq!((layer.weight[(0, 0)], layer.bias[0]), (0.95, 1.0));
/// ```
#[derive(Clone, Debug)]
pub struct AdamW<M> {
    lr: f64,
    betas: (f64, f64),
    eps: f64,
    decay: Decay,
    moments: Moments<M>,
    structure: Structure,
}

optimizer_state! { AdamW { "exp_avg": moments.first, "exp_avg_sq": moments.second } steps moments.steps }

impl<M: Module> AdamW<M> {
    /// Creates an AdamW optimizer with learning rate `lr`, betas 0.9 and 0.999, ε = 1e-8 and weight decay
    /// 0.01.
    pub fn new(lr: f64) -> Self {
        AdamW {
            lr,
            betas: (0.9, 0.999),
            eps: 1e-8,
            decay: Decay::new(0.01),
            moments: Moments::default(),
            structure: Structure::default(),
        }
    }

    /// Sets the decay rates of the two moments.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::AdamW};
    /// let (mut weights, mut adam) = (Vector::<1>::zeros(), AdamW::new(1.0).betas(0.0, 0.0).weight_decay(0.0));
    /// adam.step(&mut weights, &Vector::from([5.0]));
    /// adam.step(&mut weights, &Vector::from([-0.5]));
    /// assert_eq!(weights[0], 0.0);
    /// ```
    pub fn betas(mut self, first: f64, second: f64) -> Self {
        self.betas = (first, second);
        self
    }

    /// Sets ε, which is added to the denominator.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::AdamW};
    /// let mut weights = Vector::<1>::zeros();
    /// AdamW::new(1.0).eps(3.0).step(&mut weights, &Vector::from([3.0]));
    /// assert!((weights[0] + 0.5).abs() < 1e-6);
    /// ```
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// Sets the weight decay: a step multiplies each weight by 1 - lr · `weight_decay`.
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.decay.amount = weight_decay;
        self
    }

    /// Sets which parameters decay, by name, e.g. `|name| !name.ends_with("bias") && !name.contains("norm")`.
    ///
    /// A tied weight decays if the predicate returns `true` for any of its names. The first step panics if
    /// the predicate matches no parameter.
    pub fn decay_where(mut self, chosen: fn(&str) -> bool) -> Self {
        self.decay.choose(chosen);
        self.structure.forget();
        self
    }

    /// Returns the learning rate.
    pub fn lr(&self) -> f64 {
        self.lr
    }

    /// Sets the learning rate.
    pub fn set_lr(&mut self, lr: f64) {
        self.lr = lr;
    }

    /// Updates each parameter of `module`.
    ///
    /// # Panics
    /// If the predicate of `decay_where` matches no parameter. If the lengths of a `Vec`, or the presence of
    /// an `Option`, differ between the module and the gradient.
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        let changed = self.structure.changed(module, gradient);
        if changed.is_some() {
            self.moments.refit(module);
        }
        let [first, _] = self.moments.states(module);
        if let Some(now) = changed {
            self.decay.mark(first, Self::NAME);
            self.structure.remember(now);
        }
        let shrink = M::Elem::from_f64(1.0 - self.lr * self.decay.amount);
        let settings = (self.lr, self.betas, self.eps);
        self.moments.step(module, gradient, settings, |plain, exempt| AdamStep {
            shrink: if exempt { M::Elem::ONE } else { shrink },
            ..plain
        });
    }
}
