use super::OptimizerState;
use crate::Module;

/// An optimizer of modules of type `M`, for training loops that are generic over it.
///
/// ```
/// use tiedw_core::optim::{Adam, Cosine, Optimizer, Schedule, Sgd};
/// use tiedw_core::{Module, Vector};
///
/// /// Minimises w².
/// fn train(mut optimizer: impl Optimizer<Vector<1>>) -> f32 {
///     let schedule = Cosine::new(optimizer.lr(), 100);
///     let mut weights = Vector::from([1.0]);
///     for step in 0..100 {
///         optimizer.set_lr(schedule.lr(step));
///         let gradient = Vector::from([2.0 * weights[0]]);
///         optimizer.step(&mut weights, &gradient);
///     }
///     weights[0].abs()
/// }
///
/// assert!(train(Sgd::new(0.1)) < 0.01);
/// assert!(train(Adam::new(0.1)) < 0.1);
/// ```
pub trait Optimizer<M: Module>: OptimizerState<M> {
    /// Updates each parameter of `module` from its gradient. A parameter that took no part in the gradient is left alone,
    /// together with its state.
    ///
    /// # Panics
    /// If the module and the gradient hold different numbers of modules in a `Vec` or an `Option`. Nothing has changed then.
    fn step(&mut self, module: &mut M, gradient: &M);

    /// The learning rate.
    fn lr(&self) -> f64;

    /// Changes the learning rate, for example to that of a [`Schedule`](super::Schedule).
    fn set_lr(&mut self, lr: f64);
}

/// Implements [`Optimizer`] by the methods of the same names.
macro_rules! optimizers {
    ($($optimizer:ident)+) => {$(
        impl<M: Module> Optimizer<M> for super::$optimizer<M> {
            fn step(&mut self, module: &mut M, gradient: &M) {
                super::$optimizer::step(self, module, gradient);
            }

            fn lr(&self) -> f64 {
                super::$optimizer::lr(self)
            }

            fn set_lr(&mut self, lr: f64) {
                super::$optimizer::set_lr(self, lr);
            }
        }
    )+};
}

optimizers! { Sgd Adam AdamW RmsProp Lion }
