use super::optimizer_state;
use super::structure::{Structure, refit};
use crate::kernels::{AdamStep, adam};
use crate::{Element, Module};

/// Adam: PyTorch's update rule, with weight decay added to the gradient.
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
    /// Adam with the learning rate `lr`, betas 0.9 and 0.999, and ε = 1e-8.
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

    /// How much of each moment stays from step to step.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::Adam};
    /// // With betas of 0 each step goes by the sign of the gradient.
    /// let (mut weights, mut adam) = (Vector::<1>::zeros(), Adam::new(1.0).betas(0.0, 0.0));
    /// adam.step(&mut weights, &Vector::from([5.0]));
    /// adam.step(&mut weights, &Vector::from([-0.5]));
    /// assert_eq!(weights[0], 0.0);
    /// ```
    pub fn betas(mut self, first: f64, second: f64) -> Self {
        self.betas = (first, second);
        self
    }

    /// What is added to the denominator.
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

    /// How much of each weight is added to its gradient.
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }

    /// The learning rate.
    pub fn lr(&self) -> f64 {
        self.lr
    }

    /// Changes the learning rate.
    pub fn set_lr(&mut self, lr: f64) {
        self.lr = lr;
    }

    /// Moves each parameter of `module` against its gradient.
    ///
    /// # Panics
    /// If the module and the gradient hold different numbers of modules in a `Vec` or an `Option`; nothing has changed
    /// then. A `Vec` of the module may grow between steps: new parameters start with fresh state.
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

/// The two moments of each parameter, and how many steps they have seen.
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
    /// Makes them fit the module.
    pub(super) fn refit(&mut self, module: &M) {
        refit(module, self.steps, [&mut self.first, &mut self.second]);
    }

    /// The moments: zeros before the first step.
    #[inline]
    pub(super) fn states(&mut self, module: &M) -> [&mut M; 2] {
        let first = self.first.get_or_insert_with(|| module.zeros_like());
        let second = self.second.get_or_insert_with(|| module.zeros_like());
        [first, second]
    }

    /// The step of all parameters that took part. `decayed` adds the weight decay to the numbers of a step, for a
    /// parameter that may be exempt from it.
    pub(super) fn step(
        &mut self,
        module: &mut M,
        gradient: &M,
        (lr, betas, eps): (f64, (f64, f64), f64),
        decayed: impl Fn(AdamStep<M::Elem>, bool) -> AdamStep<M::Elem>,
    ) {
        self.steps = self.steps.saturating_add(1);
        let steps = self.steps;
        let of_all = numbers(steps, lr, betas, eps);
        module.update(gradient, self.states(module), &mut |weights, gradients, [first, second]| {
            // As in PyTorch a parameter counts the steps in which it took part.
            let plain = match first.kept.missed {
                0 => of_all,
                missed => numbers(steps.saturating_sub(missed).max(1), lr, betas, eps),
            };
            adam(weights, gradients, first.numbers, second.numbers, decayed(plain, first.kept.exempt));
        });
    }
}

/// The numbers of a step without weight decay, after so many steps with this one.
fn numbers<E: Element>(steps: u64, lr: f64, (beta1, beta2): (f64, f64), eps: f64) -> AdamStep<E> {
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
