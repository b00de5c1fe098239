use super::optimizer;
use crate::kernels::{Compiled, SgdStep, sgd};
use crate::{Element, Module};

optimizer! {
    /// Stochastic gradient descent (SGD) with momentum, Nesterov momentum and weight decay, with PyTorch's update
    /// rule.
    ///
    /// g += decay · w; v = momentum · v + g; w -= lr · v, or with Nesterov w -= lr · (g + momentum · v).
    ///
    /// ```
    /// use tiedw_core::{Vector, optim::Sgd};
    ///
    /// let mut weights = Vector::<2>::from_vec(vec![1.0, 2.0]);
    /// let gradient = Vector::from_vec(vec![10.0, 0.0]);
    /// Sgd::new(0.1).step(&mut weights, &gradient);
    /// assert_eq!(weights.as_slice(), [0.0, 2.0]);
    /// ```
    Sgd {
        /// Creates an SGD optimizer with learning rate `lr`, without momentum or weight decay.
        new(lr),
        /// Sets the momentum.
        momentum: f64 = 0.0,
        /// Sets whether to use Nesterov momentum.
        ///
        /// ```
        /// # use tiedw_core::{Vector, optim::Sgd};
        /// let mut weights = Vector::<1>::zeros();
        /// Sgd::new(1.0).momentum(0.5).nesterov(true).step(&mut weights, &Vector::from([2.0]));
        /// assert_eq!(weights[0], -(2.0 + 0.5 * 2.0));
        /// ```
        nesterov: bool = false,
        /// Sets the weight decay, an L2 penalty: `weight_decay` times the weight is added to the gradient.
        weight_decay: f64 = 0.0,
    }
    state { velocity: "momentum_buffer" }
}

impl<M: Module> Sgd<M> {
    /// Updates each parameter of `module`.
    ///
    /// # Panics
    /// If the lengths of a `Vec`, or the presence of an `Option`, differ between the module and the gradient;
    /// nothing has been changed then. A `Vec` of the module may grow between steps: new parameters start with
    /// fresh state.
    #[inline]
    #[track_caller]
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        self.adapt(module, gradient);
        let [lr, momentum, decay] = [self.lr, self.momentum, self.weight_decay].map(M::Elem::from_f64);
        if self.momentum == 0.0 {
            module.update(gradient, [], &mut |weights, gradients, []| sgd(weights, gradients, lr, decay));
            return;
        }
        let step = SgdStep { lr, momentum, decay, nesterov: self.nesterov };
        let velocity = self.velocity.get_or_insert_with(|| module.zeros_like());
        module.update(gradient, [velocity], &mut |weights, gradients, [velocity]| {
            M::Elem::sgd_momentum(weights, gradients, velocity.values, step);
        });
    }
}
