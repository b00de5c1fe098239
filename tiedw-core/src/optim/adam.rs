use super::optimizer;
use crate::kernels::{AdamStep, Compiled};
use crate::{Element, Module};

optimizer! {
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
    Adam {
        /// Creates an Adam optimizer with learning rate `lr`, betas 0.9 and 0.999, ε = 1e-8 and no weight decay.
        new(lr),
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
        betas: (f64, f64) = (0.9, 0.999),
        /// Sets ε, which is added to the denominator.
        ///
        /// ```
        /// # use tiedw_core::{Vector, optim::Adam};
        /// let mut weights = Vector::<1>::zeros();
        /// Adam::new(1.0).eps(3.0).step(&mut weights, &Vector::from([3.0]));
        /// assert!((weights[0] + 0.5).abs() < 1e-6);
        /// ```
        eps: f64 = 1e-8,
        /// Sets the weight decay, an L2 penalty: `weight_decay` times the weight is added to the gradient.
        weight_decay: f64 = 0.0,
    }
    state { first: "exp_avg", second: "exp_avg_sq" }
    counts steps
}

impl<M: Module> Adam<M> {
    /// Updates each parameter of `module`.
    ///
    /// # Panics
    /// If the lengths of a `Vec`, or the presence of an `Option`, differ between the module and the gradient;
    /// nothing has been changed then. A `Vec` of the module may grow between steps: new parameters start with
    /// fresh state.
    #[track_caller]
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        self.adapt(module, gradient);
        self.steps = self.steps.saturating_add(1);
        let decay = M::Elem::from_f64(self.weight_decay);
        let at = |steps| values(steps, self.lr, self.betas, self.eps);
        let moments = [&mut self.first, &mut self.second];
        update(module, gradient, moments, self.steps, at, |step, _| step.decay = decay);
    }
}

/// Updates all parameters that took part in the gradient of step `steps`. `at` returns the coefficients of a step, and
/// `decay` sets its weight decay, given whether the parameter is exempt.
pub(super) fn update<M: Module>(
    module: &mut M,
    gradient: &M,
    moments: [&mut Option<M>; 2],
    steps: u64,
    at: impl Fn(u64) -> AdamStep<M::Elem>,
    decay: impl Fn(&mut AdamStep<M::Elem>, bool),
) {
    let of_all = at(steps);
    let moments = moments.map(|moment| moment.get_or_insert_with(|| module.zeros_like()));
    module.update(gradient, moments, &mut |weights, gradients, [first, second]| {
        // As in PyTorch, a parameter's step count includes only the steps in which it took part.
        let mut step = match first.kept.missed {
            0 => of_all,
            missed => at(steps.saturating_sub(missed).max(1)),
        };
        decay(&mut step, first.kept.exempt);
        M::Elem::adam(weights, gradients, first.values, second.values, step);
    });
}

/// Returns the coefficients of step `steps`, counted from 1, without weight decay.
pub(super) fn values<E: Element>(steps: u64, lr: f64, (beta1, beta2): (f64, f64), eps: f64) -> AdamStep<E> {
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
