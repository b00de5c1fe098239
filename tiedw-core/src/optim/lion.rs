use super::optimizer;
use crate::kernels::Compiled;
use crate::{Element, Module};

optimizer! {
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
    Lion {
        /// Creates a Lion optimizer with learning rate `lr`, betas 0.9 and 0.99, and no weight decay.
        new(lr),
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
        betas: (f64, f64) = (0.9, 0.99),
    }
    state { momentum: "exp_avg" }
    decays decay: 0.0, marks momentum
}

impl<M: Module> Lion<M> {
    /// Updates each parameter of `module`.
    ///
    /// # Panics
    /// If the predicate of `decay_where` matches no parameter. If the lengths of a `Vec`, or the presence of
    /// an `Option`, differ between the module and the gradient.
    #[track_caller]
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        self.adapt(module, gradient);
        let [lr, shrink] = [self.lr, 1.0 - self.lr * self.decay.amount].map(M::Elem::from_f64);
        let keeps = (M::Elem::from_f64(1.0 - self.betas.0), M::Elem::from_f64(1.0 - self.betas.1));
        let momentum = self.momentum.get_or_insert_with(|| module.zeros_like());
        module.update(gradient, [momentum], &mut |weights, gradients, [momentum]| {
            let shrink = if momentum.kept.exempt { M::Elem::ONE } else { shrink };
            M::Elem::lion(weights, gradients, momentum.values, lr, shrink, keeps);
        });
    }
}
