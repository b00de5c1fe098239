use super::optimizer;
use crate::kernels::{Compiled, RmsStep};
use crate::{Element, Module};

optimizer! {
    /// The RMSprop optimizer: the gradient divided by its root mean square, with PyTorch's update rule.
    ///
    /// g += decay · w; s = α s + (1 - α) g²; w -= lr · g / (√s + ε). With momentum: b = momentum · b + g / (√s +
    /// ε); w -= lr · b. If centered, the square of the gradient's running mean is subtracted from s. Tieleman and
    /// Hinton, "Lecture 6.5: rmsprop", 2012; centered: Graves, "Generating Sequences With Recurrent Neural
    /// Networks", 2013.
    ///
    /// ```
    /// use tiedw_core::{Vector, optim::RmsProp};
    ///
    /// let mut weights = Vector::<1>::from_vec(vec![1.0]);
    /// RmsProp::new(0.1).alpha(0.75).step(&mut weights, &Vector::from_vec(vec![123.0]));
    /// assert!((weights[0] - 0.8).abs() < 1e-6);
    /// ```
    RmsProp {
        /// Creates an RMSprop optimizer with learning rate `lr`, α = 0.99 and ε = 1e-8, without momentum, weight
        /// decay or centering.
        new(lr),
        /// Sets α, the decay rate of the mean square.
        alpha: f64 = 0.99,
        /// Sets ε, which is added to the denominator.
        ///
        /// ```
        /// # use tiedw_core::{Vector, optim::RmsProp};
        /// let mut weights = Vector::<1>::zeros();
        /// RmsProp::new(1.0).alpha(0.0).eps(3.0).step(&mut weights, &Vector::from([3.0]));
        /// assert!((weights[0] + 0.5).abs() < 1e-6);
        /// ```
        eps: f64 = 1e-8,
        /// Sets the momentum.
        momentum: f64 = 0.0,
        /// Sets whether to divide by the root of the gradient's variance instead of its mean square.
        ///
        /// ```
        /// # use tiedw_core::{Vector, optim::RmsProp};
        /// let (mut plain, mut centered) = (Vector::<1>::zeros(), Vector::zeros());
        /// let gradient = Vector::from([3.0]);
        /// RmsProp::new(1.0).alpha(0.5).step(&mut plain, &gradient);
        /// RmsProp::new(1.0).alpha(0.5).centered(true).step(&mut centered, &gradient);
        /// // The variance is less than the mean square, so the step is longer.
        /// assert!(centered[0] < plain[0]);
        /// ```
        centered: bool = false,
        /// Sets the weight decay, an L2 penalty: `weight_decay` times the weight is added to the gradient.
        weight_decay: f64 = 0.0,
    }
    state { squares: "square_avg", mean: "grad_avg", velocity: "momentum_buffer" }
}

impl<M: Module> RmsProp<M> {
    /// Updates each parameter of `module`.
    ///
    /// # Panics
    /// If the lengths of a `Vec`, or the presence of an `Option`, differ between the module and the gradient;
    /// nothing has been changed then. A `Vec` of the module may grow between steps: new parameters start with
    /// fresh state.
    #[track_caller]
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        self.adapt(module, gradient);
        let number = M::Elem::from_f64;
        let step = RmsStep {
            lr: number(self.lr),
            alpha: number(self.alpha),
            keep: number(1.0 - self.alpha),
            eps: number(self.eps),
            momentum: number(self.momentum),
            decay: number(self.weight_decay),
        };
        let squares = self.squares.get_or_insert_with(|| module.zeros_like());
        let mean = self.centered.then(|| self.mean.get_or_insert_with(|| module.zeros_like()));
        let moving = self.momentum != 0.0;
        let velocity = moving.then(|| self.velocity.get_or_insert_with(|| module.zeros_like()));
        match (mean, velocity) {
            (None, None) => module.update(gradient, [squares], &mut |w, g, [s]| {
                M::Elem::rms_prop(w, g, s.values, None, None, step);
            }),
            (Some(mean), None) => module.update(gradient, [squares, mean], &mut |w, g, [s, mean]| {
                M::Elem::rms_prop(w, g, s.values, Some(mean.values), None, step);
            }),
            (None, Some(velocity)) => module.update(gradient, [squares, velocity], &mut |w, g, [s, b]| {
                M::Elem::rms_prop(w, g, s.values, None, Some(b.values), step);
            }),
            (Some(mean), Some(velocity)) => {
                module.update(gradient, [squares, mean, velocity], &mut |w, g, [s, mean, b]| {
                    M::Elem::rms_prop(w, g, s.values, Some(mean.values), Some(b.values), step);
                });
            }
        }
    }
}
