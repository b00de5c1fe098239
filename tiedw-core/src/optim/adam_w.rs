use super::adam::{update, values};
use super::optimizer;
use crate::{Element, Module};

optimizer! {
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
    AdamW {
        /// Creates an AdamW optimizer with learning rate `lr`, betas 0.9 and 0.999, ε = 1e-8 and weight decay
        /// 0.01.
        new(lr),
        /// Sets the decay rates of the two moments.
        ///
        /// ```
        /// # use tiedw_core::{Vector, optim::AdamW};
        /// let (mut weights, mut adam) = (Vector::<1>::zeros(), AdamW::new(1.0).betas(0.0, 0.0).weight_decay(0.0));
        /// adam.step(&mut weights, &Vector::from([5.0]));
        /// adam.step(&mut weights, &Vector::from([-0.5]));
        /// assert_eq!(weights[0], 0.0);
        /// ```
        betas: (f64, f64) = (0.9, 0.999),
        /// Sets ε, which is added to the denominator.
        ///
        /// ```
        /// # use tiedw_core::{Vector, optim::AdamW};
        /// let mut weights = Vector::<1>::zeros();
        /// AdamW::new(1.0).eps(3.0).step(&mut weights, &Vector::from([3.0]));
        /// assert!((weights[0] + 0.5).abs() < 1e-6);
        /// ```
        eps: f64 = 1e-8,
    }
    state { first: "exp_avg", second: "exp_avg_sq" }
    counts steps
    decays decay: 0.01, marks first
}

impl<M: Module> AdamW<M> {
    /// Updates each parameter of `module`.
    ///
    /// # Panics
    /// If the predicate of `decay_where` matches no parameter. If the lengths of a `Vec`, or the presence of
    /// an `Option`, differ between the module and the gradient.
    #[track_caller]
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        self.adapt(module, gradient);
        self.steps = self.steps.saturating_add(1);
        let shrink = M::Elem::from_f64(1.0 - self.lr * self.decay.amount);
        let at = |steps| values(steps, self.lr, self.betas, self.eps);
        let moments = [&mut self.first, &mut self.second];
        update(module, gradient, moments, self.steps, at, |step, exempt| {
            step.shrink = if exempt { M::Elem::ONE } else { shrink };
        });
    }
}
