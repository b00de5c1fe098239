use super::decay::Decay;
use super::structure::{Structure, refit};
use super::{OptimizerState, optimizer_state};
use crate::kernels::Compiled;
use crate::{Element, Module};

/// The Lion optimizer: each weight moves by the learning rate against the sign of its momentum.
///
/// w -= lr · (sign(β₁ m + (1 - β₁) g) + decay · w); m = β₂ m + (1 - β₂) g. Chen et al., "Symbolic Discovery
/// of Optimization Algorithms", 2023, algorithm 2. Compared with AdamW, the learning rate should be three to
/// ten times smaller, and the weight decay larger by the same factor.
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
    /// Creates a Lion optimizer with learning rate `lr`, betas 0.9 and 0.99, and no weight decay.
    pub fn new(lr: f64) -> Self {
        Lion {
            lr,
            betas: (0.9, 0.99),
            decay: Decay::new(0.0),
            momentum: None,
            structure: Structure::default(),
        }
    }

    /// Sets β₁, the weight of the momentum in the update, and β₂, the decay rate of the momentum.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::Lion};
    /// // The momentum of the first gradient outweighs the second gradient.
    /// let (mut weights, mut lion) = (Vector::<1>::zeros(), Lion::new(1.0).betas(0.5, 0.5));
    /// lion.step(&mut weights, &Vector::from([9.0]));
    /// lion.step(&mut weights, &Vector::from([-1.0]));
    /// assert_eq!(weights[0], -2.0);
    /// ```
    pub fn betas(mut self, first: f64, second: f64) -> Self {
        self.betas = (first, second);
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
            M::Elem::lion(weights, gradients, momentum.values, lr, shrink, keeps);
        });
    }
}
