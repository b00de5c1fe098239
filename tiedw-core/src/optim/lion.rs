use super::decay::Decay;
use super::structure::{Structure, refit};
use super::{OptimizerState, optimizer_state};
use crate::{Element, Module, kernels};

/// Lion: each weight moves by the learning rate, against the sign of its momentum.
///
/// w -= lr · (sign(β₁ m + (1 - β₁) g) + decay · w); m = β₂ m + (1 - β₂) g. Chen et al., "Symbolic Discovery of
/// Optimization Algorithms", 2023, algorithm 2; its learning rate is three to ten times less than that of AdamW, and its
/// weight decay as much more.
///
/// ```
/// use tiedw_core::{Vector, optim::Lion};
///
/// let mut weights = Vector::<2>::from_vec(vec![1.0, 1.0]);
/// Lion::new(0.25).step(&mut weights, &Vector::from_vec(vec![123.0, -0.1]));
/// assert_eq!(weights.as_slice(), [0.75, 1.25]);
/// ```
#[derive(Clone, Debug)]
pub struct Lion<M> {
    lr: f64,
    betas: (f64, f64),
    decay: Decay,
    momentum: Option<M>,
    structure: Structure,
}

optimizer_state! { Lion { "exp_avg": momentum } }

impl<M: Module> Lion<M> {
    /// Lion with the learning rate `lr`, betas 0.9 and 0.99, and no weight decay.
    pub fn new(lr: f64) -> Self {
        Lion {
            lr,
            betas: (0.9, 0.99),
            decay: Decay::new(0.0),
            momentum: None,
            structure: Structure::default(),
        }
    }

    /// How much of the momentum stays in the step, and from step to step.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::Lion};
    /// // What remains of the first gradient outweighs the second.
    /// let (mut weights, mut lion) = (Vector::<1>::zeros(), Lion::new(1.0).betas(0.5, 0.5));
    /// lion.step(&mut weights, &Vector::from([9.0]));
    /// lion.step(&mut weights, &Vector::from([-1.0]));
    /// assert_eq!(weights[0], -2.0);
    /// ```
    pub fn betas(mut self, first: f64, second: f64) -> Self {
        self.betas = (first, second);
        self
    }

    /// How much of each weight goes, at a learning rate of 1.
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.decay.amount = weight_decay;
        self
    }

    /// Which parameters decay, by their names: `|name| !name.ends_with("bias") && !name.contains("norm")`.
    ///
    /// A shared weight decays if any of its names is chosen. A predicate that chooses no parameter is a mistake, about
    /// which the first step panics.
    pub fn decay_where(mut self, chosen: fn(&str) -> bool) -> Self {
        self.decay.choose(chosen);
        self.structure.forget();
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
    /// If `decay_where` chooses no parameter, or the module and the gradient hold different numbers of modules in a `Vec` or an `Option`.
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        let changed = self.structure.changed(module, gradient);
        if changed.is_some() {
            refit(module, 0, [&mut self.momentum]);
        }
        let momentum = self.momentum.get_or_insert_with(|| module.zeros_like());
        if let Some(now) = changed {
            self.decay.mark(momentum, Self::NAME);
            self.structure.remember(now);
        }
        let [lr, shrink] = [self.lr, 1.0 - self.lr * self.decay.amount].map(M::Elem::from_f64);
        let keeps = (M::Elem::from_f64(1.0 - self.betas.0), M::Elem::from_f64(1.0 - self.betas.1));
        module.update(gradient, [momentum], &mut |weights, gradients, [momentum]| {
            let shrink = if momentum.kept.exempt { M::Elem::ONE } else { shrink };
            kernels::lion(weights, gradients, momentum.numbers, lr, shrink, keeps);
        });
    }
}
