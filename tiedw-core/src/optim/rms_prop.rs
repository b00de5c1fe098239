use super::optimizer_state;
use super::structure::{Structure, refit};
use crate::kernels::{Compiled, RmsStep};
use crate::{Element, Module};

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
#[derive(Clone, Debug)]
pub struct RmsProp<M> {
    lr: f64,
    alpha: f64,
    eps: f64,
    momentum: f64,
    centered: bool,
    weight_decay: f64,
    squares: Option<M>,
    mean: Option<M>,
    velocity: Option<M>,
    structure: Structure,
}

optimizer_state! { RmsProp { "square_avg": squares, "grad_avg": mean, "momentum_buffer": velocity } }

impl<M: Module> RmsProp<M> {
    /// Creates an RMSprop optimizer with learning rate `lr`, α = 0.99 and ε = 1e-8, without momentum, weight
    /// decay or centering.
    pub fn new(lr: f64) -> Self {
        RmsProp {
            lr,
            alpha: 0.99,
            eps: 1e-8,
            momentum: 0.0,
            centered: false,
            weight_decay: 0.0,
            squares: None,
            mean: None,
            velocity: None,
            structure: Structure::default(),
        }
    }

    /// Sets α, the decay rate of the mean square.
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Sets ε, which is added to the denominator.
    ///
    /// ```
    /// # use tiedw_core::{Vector, optim::RmsProp};
    /// let mut weights = Vector::<1>::zeros();
    /// RmsProp::new(1.0).alpha(0.0).eps(3.0).step(&mut weights, &Vector::from([3.0]));
    /// assert!((weights[0] + 0.5).abs() < 1e-6);
    /// ```
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// Sets the momentum.
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

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
    pub fn centered(mut self, centered: bool) -> Self {
        self.centered = centered;
        self
    }

    /// Sets the weight decay, an L2 penalty: `weight_decay` times the weight is added to the gradient.
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
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
    /// If the lengths of a `Vec`, or the presence of an `Option`, differ between the module and the gradient;
    /// nothing has been changed then. A `Vec` of the module may grow between steps: new parameters start with
    /// fresh state.
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        if let Some(now) = self.structure.changed(module, gradient) {
            refit(module, 0, [&mut self.squares, &mut self.mean, &mut self.velocity]);
            self.structure.remember(now);
        }
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
        match (self.centered, self.momentum != 0.0) {
            (false, false) => module.update(gradient, [squares], &mut |w, g, [s]| {
                M::Elem::rms_prop(w, g, s.values, None, None, step)
            }),
            (true, false) => {
                let mean = self.mean.get_or_insert_with(|| module.zeros_like());
                module.update(gradient, [squares, mean], &mut |w, g, [s, mean]| {
                    M::Elem::rms_prop(w, g, s.values, Some(mean.values), None, step);
                });
            }
            (false, true) => {
                let velocity = self.velocity.get_or_insert_with(|| module.zeros_like());
                module.update(gradient, [squares, velocity], &mut |w, g, [s, velocity]| {
                    M::Elem::rms_prop(w, g, s.values, None, Some(velocity.values), step);
                });
            }
            (true, true) => {
                let mean = self.mean.get_or_insert_with(|| module.zeros_like());
                let velocity = self.velocity.get_or_insert_with(|| module.zeros_like());
                module.update(gradient, [squares, mean, velocity], &mut |w, g, [s, mean, velocity]| {
                    M::Elem::rms_prop(w, g, s.values, Some(mean.values), Some(velocity.values), step);
                });
            }
        }
    }
}
