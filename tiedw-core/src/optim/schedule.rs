//! Learning rate schedules.

use std::f64::consts::PI;

/// A learning rate schedule, with steps counted from 0.
///
/// ```
/// use tiedw_core::{Vector, optim::{Cosine, Schedule, Sgd}};
///
/// let schedule = Cosine::new(0.1, 900).warm_up(100);
/// let mut sgd = Sgd::<Vector<1>>::new(0.0);
/// for step in 0..1000 {
///     sgd.set_lr(schedule.lr(step));
///     // sgd.step(&mut net, &gradient);
/// }
/// assert_eq!(schedule.lr(100), 0.1);
/// ```
pub trait Schedule: Sized {
    /// Returns the learning rate of a step.
    fn lr(&self, step: u64) -> f64;

    /// Prepends a linear warm-up of `steps` steps to this schedule's first learning rate.
    fn warm_up(self, steps: u64) -> WarmUp<Self> {
        WarmUp { steps, then: self }
    }
}

/// A constant learning rate.
///
/// ```
/// use tiedw_core::optim::{Constant, Schedule};
///
/// assert_eq!(Constant::new(0.1).lr(1000), 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    lr: f64,
}

impl Constant {
    /// Creates a schedule with the constant learning rate `lr`.
    pub fn new(lr: f64) -> Self {
        Constant { lr }
    }
}

impl Schedule for Constant {
    fn lr(&self, _: u64) -> f64 {
        self.lr
    }
}

/// A linear warm-up before another schedule: see [`Schedule::warm_up`].
///
/// This is PyTorch's `LinearLR` with `start_factor` 1 / steps, chained with the other schedule by
/// `SequentialLR`.
///
/// ```
/// use tiedw_core::optim::{Constant, Schedule};
///
/// let schedule = Constant::new(1.0).warm_up(4);
/// assert_eq!([0, 1, 2, 3, 4].map(|step| schedule.lr(step)), [0.25, 0.5, 0.75, 1.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp<S> {
    steps: u64,
    then: S,
}

impl<S: Schedule> Schedule for WarmUp<S> {
    fn lr(&self, step: u64) -> f64 {
        if step < self.steps {
            self.then.lr(0) * (step + 1) as f64 / self.steps as f64
        } else {
            self.then.lr(step - self.steps)
        }
    }
}

/// Cosine annealing: half a period of a cosine from the first learning rate to the last, which is kept
/// afterwards.
///
/// last + (first - last) (1 + cos(π · step / steps)) / 2. Loshchilov and Hutter, "SGDR", 2017, equation 5; PyTorch's
/// `CosineAnnealingLR` up to its `T_max`.
///
/// ```
/// use tiedw_core::optim::{Cosine, Schedule};
///
/// let schedule = Cosine::new(1.0, 10).last(0.5);
/// assert_eq!([0, 5, 10, 11].map(|step| schedule.lr(step)), [1.0, 0.75, 0.5, 0.5]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine {
    first: f64,
    last: f64,
    steps: u64,
}

impl Cosine {
    /// Creates a schedule from `lr` to 0 in `steps` steps.
    pub fn new(lr: f64, steps: u64) -> Self {
        Cosine { first: lr, last: 0.0, steps }
    }

    /// Sets the last learning rate.
    pub fn last(mut self, lr: f64) -> Self {
        self.last = lr;
        self
    }
}

impl Schedule for Cosine {
    fn lr(&self, step: u64) -> f64 {
        if step >= self.steps {
            self.last
        } else {
            between(self.first, self.last, step as f64 / self.steps as f64)
        }
    }
}

/// Step decay: multiplies the learning rate by `gamma` every `every` steps. PyTorch's `StepLR`.
///
/// ```
/// use tiedw_core::optim::{Schedule, StepDecay};
///
/// let schedule = StepDecay::new(1.0, 2, 0.5);
/// assert_eq!([0, 1, 2, 3, 4].map(|step| schedule.lr(step)), [1.0, 1.0, 0.5, 0.5, 0.25]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepDecay {
    lr: f64,
    every: u64,
    gamma: f64,
}

impl StepDecay {
    /// Creates a schedule that starts with `lr` and multiplies it by `gamma` every `every` steps.
    ///
    /// # Panics
    /// If `every` is 0.
    pub fn new(lr: f64, every: u64, gamma: f64) -> Self {
        assert!(every > 0, "a rate that changes every 0 steps");
        StepDecay { lr, every, gamma }
    }
}

impl Schedule for StepDecay {
    fn lr(&self, step: u64) -> f64 {
        self.lr * libm::pow(self.gamma, (step / self.every) as f64)
    }
}

/// The one-cycle schedule: up to the largest learning rate, then down to almost 0, each by half a period of a
/// cosine.
///
/// The learning rate rises from `largest` / 25 in the first 30% of the steps, then falls to `largest` /
/// 250,000: PyTorch's `OneCycleLR` with its defaults. Smith and Topin, "Super-Convergence", 2018.
///
/// ```
/// use tiedw_core::optim::{OneCycle, Schedule};
///
/// let schedule = OneCycle::new(1.0, 101);
/// assert!((schedule.lr(0) - 0.04).abs() < 1e-12);
/// assert!((0..=100).all(|step| schedule.lr(step) <= 1.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    largest: f64,
    steps: u64,
    rising: f64,
}

impl OneCycle {
    /// Creates a cycle of `steps` steps with the maximum `largest`.
    pub fn new(largest: f64, steps: u64) -> Self {
        OneCycle { largest, steps, rising: 0.3 }
    }

    /// Sets the fraction of the steps in which the learning rate rises.
    ///
    /// ```
    /// # use tiedw_core::optim::{OneCycle, Schedule};
    /// let schedule = OneCycle::new(1.0, 102).rising(0.5);
    /// assert!((schedule.lr(50) - 1.0).abs() < 1e-12);
    /// ```
    pub fn rising(mut self, part: f64) -> Self {
        self.rising = part;
        self
    }
}

impl Schedule for OneCycle {
    fn lr(&self, step: u64) -> f64 {
        let (first, step) = (self.largest / 25.0, step as f64);
        let (top, end) = (self.rising * self.steps as f64 - 1.0, self.steps as f64 - 1.0);
        if step <= top {
            between(first, self.largest, step / top)
        } else {
            between(self.largest, first / 1e4, ((step - top) / (end - top)).min(1.0))
        }
    }
}

/// Interpolates from `first` at 0 to `last` at 1 by half a period of a cosine.
fn between(first: f64, last: f64, part: f64) -> f64 {
    last + (first - last) * (1.0 + libm::cos(PI * part)) / 2.0
}
