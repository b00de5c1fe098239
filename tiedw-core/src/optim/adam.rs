use super::optimizer_state;
use super::structure::{Structure, refit};
use crate::kernels::{AdamStep, Compiled};
use crate::{Element, Module};

/// The Adam optimizer, with PyTorch's update rule. Weight decay is added to the gradient.
///
/// m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²;
/// w -= lr · (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε). Kingma and Ba, "Adam: A Method for Stochastic
/// Optimization", 2015, algorithm 1.
///
/// ```
/// use tiedw_core::{Vector, optim::Adam};
///
/// let mut weights = Vector::<1>::from_vec(vec![1.0]);
/// Adam::new(0.1).step(&mut weights, &Vector::from_vec(vec![123.0]));
/// assert!((weights[0] - 0.9).abs() < 1e-6);
/// ```
#[derive(Clone, Debug)]
pub struct Adam<M> {
    lr: f64,
    betas: (f64, f64),
    eps: f64,
    weight_decay: f64,
    moments: Moments<M>,
    structure: Structure,
}

optimizer_state! { Adam { "exp_avg": moments.first, "exp_avg_sq": moments.second } steps moments.steps }

impl<M: Module> Adam<M> {
    /// Creates an Adam optimizer with learning rate `lr`, betas 0.9 and 0.999, ε = 1e-8 and no weight decay.
    pub fn new(lr: f64) -> Self {
        Adam {
            lr,
            betas: (0.9, 0.999),
            eps: 1e-8,
            weight_decay: 0.0,
            moments: Moments::default(),
            structure: Structure::default(),
        }
    }

    /// Sets the decay rates of the two moments.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::Adam};
    /// // With betas of 0, each step is the learning rate, against the sign of the gradient.
    /// let (mut weights, mut adam) = (Vector::<1>::zeros(), Adam::new(1.0).betas(0.0, 0.0));
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
    /// # use tiedw_core::{Vector, optim::Adam};
    /// let mut weights = Vector::<1>::zeros();
    /// Adam::new(1.0).eps(3.0).step(&mut weights, &Vector::from([3.0]));
    /// assert!((weights[0] + 0.5).abs() < 1e-6);
    /// ```
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// Sets the weight decay, an L2 penalty: `weight_decay` times the weight is added to the gradient.
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
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
    /// If the lengths of a `Vec`, or the presence of an `Option`, differ between the module and the gradient;
    /// nothing has been changed then. A `Vec` of the module may grow between steps: new parameters start with
    /// fresh state.
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        if let Some(now) = self.structure.changed(module, gradient) {
            self.moments.refit(module);
            self.structure.remember(now);
        }
        let decay = M::Elem::from_f64(self.weight_decay);
        let settings = (self.lr, self.betas, self.eps);
        self.moments.step(module, gradient, settings, |plain, _| AdamStep { decay, ..plain });
    }
}

/// The two moments of each parameter, and the number of steps.
#[derive(Clone, Debug)]
pub(super) struct Moments<M> {
    pub(super) steps: u64,
    pub(super) first: Option<M>,
    pub(super) second: Option<M>,
}

impl<M> Default for Moments<M> {
    fn default() -> Self {
        Moments { steps: 0, first: None, second: None }
    }
}

impl<M: Module> Moments<M> {
    /// Adapts the moments to the structure of `module`.
    pub(super) fn refit(&mut self, module: &M) {
        refit(module, self.steps, [&mut self.first, &mut self.second]);
    }

    /// Returns the moments, initially zeros.
    #[inline]
    pub(super) fn states(&mut self, module: &M) -> [&mut M; 2] {
        let first = self.first.get_or_insert_with(|| module.zeros_like());
        let second = self.second.get_or_insert_with(|| module.zeros_like());
        [first, second]
    }

    /// Updates all parameters that took part in the gradient. `decayed` sets the weight decay of a step; its
    /// second argument is whether the parameter is exempt.
    pub(super) fn step(
        &mut self,
        module: &mut M,
        gradient: &M,
        (lr, betas, eps): (f64, (f64, f64), f64),
        decayed: impl Fn(AdamStep<M::Elem>, bool) -> AdamStep<M::Elem>,
    ) {
        self.steps = self.steps.saturating_add(1);
        let steps = self.steps;
        let of_all = values(steps, lr, betas, eps);
        module.update(gradient, self.states(module), &mut |weights, gradients, [first, second]| {
            // As in PyTorch, a parameter's step count includes only the steps in which it took part.
            let plain = match first.kept.missed {
                0 => of_all,
                missed => values(steps.saturating_sub(missed).max(1), lr, betas, eps),
            };
            M::Elem::adam(weights, gradients, first.values, second.values, decayed(plain, first.kept.exempt));
        });
    }
}

/// Returns the coefficients of step `steps`, counted from 1, without weight decay.
fn values<E: Element>(steps: u64, lr: f64, (beta1, beta2): (f64, f64), eps: f64) -> AdamStep<E> {
    let (number, steps) = (E::from_f64, steps as f64);
    AdamStep {
        decay: number(0.0),
        shrink: number(1.0),
        keep1: number(1.0 - beta1),
        beta2: number(beta2),
        keep2: number(1.0 - beta2),
        step_size: number(lr / (1.0 - libm::pow(beta1, steps))),
        correction: number(1.0 / (1.0 - libm::pow(beta2, steps)).sqrt()),
        eps: number(eps),
    }
}
