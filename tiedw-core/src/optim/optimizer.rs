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
    #[track_caller]
    fn step(&mut self, module: &mut M, gradient: &M);

    /// The learning rate.
    fn lr(&self) -> f64;

    /// Changes the learning rate, for example to that of a [`Schedule`](super::Schedule).
    fn set_lr(&mut self, lr: f64);
}

/// Defines an optimizer: its struct, the methods that set its hyperparameters, and its traits. What is left to
/// write is `step`, which calls `adapt` before its formula.
///
/// The braces contain the hyperparameters with their defaults, and `state` the state modules with PyTorch's
/// names. `counts` names the field for the number of steps. `decays` names the field for decoupled weight decay,
/// with its default, and `marks` the state module that remembers which parameters are exempt from it.
macro_rules! optimizer {
    (
        $(#[$docs:meta])*
        $optimizer:ident {
            $(#[$new_docs:meta])*
            new(lr),
            $($(#[$setting_docs:meta])* $setting:ident: $type:ty = $default:expr,)+
        }
        state { $($part:ident: $name:literal),+ }
        $(counts $steps:ident)?
        $(decays $decay:ident: $amount:literal, marks $marked:ident)?
    ) => {
        $(#[$docs])*
        #[derive(Clone, Debug)]
        pub struct $optimizer<M> {
            lr: f64,
            $($setting: $type,)+
            $($decay: $crate::optim::decay::Decay,)?
            $($steps: u64,)?
            $($part: Option<M>,)+
            structure: $crate::optim::Structure,
        }

        impl<M: $crate::Module> $optimizer<M> {
            $(#[$new_docs])*
            pub fn new(lr: f64) -> Self {
                $optimizer {
                    lr,
                    $($setting: $default,)+
                    $($decay: $crate::optim::decay::Decay::new($amount),)?
                    $($steps: 0,)?
                    $($part: None,)+
                    structure: Default::default(),
                }
            }

            $($crate::optim::optimizer::setter! { $(#[$setting_docs])* $setting: $type })+

            $(
                /// Sets the weight decay: a step multiplies each weight by 1 - lr · `weight_decay`.
                pub fn weight_decay(mut self, weight_decay: f64) -> Self {
                    self.$decay.amount = weight_decay;
                    self
                }

                /// Sets which parameters decay, by name, e.g.
                /// `|name| !name.ends_with("bias") && !name.contains("norm")`.
                ///
                /// A tied weight decays if the predicate returns `true` for any of its names. The first step
                /// panics if the predicate matches no parameter.
                pub fn decay_where(mut self, chosen: fn(&str) -> bool) -> Self {
                    self.$decay.chosen = Some(chosen);
                    self.structure.forget();
                    self
                }
            )?

            /// Returns the learning rate.
            pub fn lr(&self) -> f64 {
                self.lr
            }

            /// Sets the learning rate.
            pub fn set_lr(&mut self, lr: f64) {
                self.lr = lr;
            }

            /// Adapts the state to the module before a step, if the module has changed since the last one.
            #[inline]
            #[track_caller]
            fn adapt(&mut self, module: &M, gradient: &M) {
                use $crate::optim::OptimizerState;

                if let Some(now) = self.structure.changed(module, gradient) {
                    let steps = self.steps();
                    $crate::optim::structure::refit(module, steps, [$(&mut self.$part),+]);
                    $(
                        let marked = self.$marked.get_or_insert_with(|| module.zeros_like());
                        self.$decay.mark(marked, Self::NAME);
                    )?
                    self.structure.remember(now);
                }
            }
        }

        impl<M: $crate::Module> $crate::optim::OptimizerState<M> for $optimizer<M> {
            const NAME: &'static str = stringify!($optimizer);

            fn parts(&self) -> Vec<(&'static str, &Option<M>)> {
                vec![$(($name, &self.$part)),+]
            }
            fn parts_mut(&mut self) -> Vec<(&'static str, &mut Option<M>)> {
                self.structure.forget();
                vec![$(($name, &mut self.$part)),+]
            }
            $(
                fn steps(&self) -> u64 {
                    self.$steps
                }
                fn set_steps(&mut self, steps: u64) {
                    self.$steps = steps;
                }
            )?
        }

        impl<M: $crate::Module> $crate::optim::Optimizer<M> for $optimizer<M> {
            fn step(&mut self, module: &mut M, gradient: &M) {
                $optimizer::step(self, module, gradient);
            }
            fn lr(&self) -> f64 {
                self.lr
            }
            fn set_lr(&mut self, lr: f64) {
                self.lr = lr;
            }
        }
    };
}
pub(super) use optimizer;

/// Defines the method that sets a hyperparameter. `betas` are two.
macro_rules! setter {
    ($(#[$docs:meta])* betas: $type:ty) => {
        $(#[$docs])*
        pub fn betas(mut self, first: f64, second: f64) -> Self {
            self.betas = (first, second);
            self
        }
    };
    ($(#[$docs:meta])* $setting:ident: $type:ty) => {
        $(#[$docs])*
        pub fn $setting(mut self, $setting: $type) -> Self {
            self.$setting = $setting;
            self
        }
    };
}
pub(super) use setter;
