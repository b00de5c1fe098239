use crate::{Element, Module};

/// Adam: PyTorch's update rule, with weight decay added to the gradient.
///
/// m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²;
/// w -= lr · (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε). Kingma and Ba, "Adam: A Method for Stochastic
/// Optimization", 2015, algorithm 1.
///
/// ```
/// use tiedw_core::{Vector, optim::Adam};
///
/// let mut weights = Vector::<1>::from_vec(vec![1.0]);
/// Adam::new(0.1).step(&mut weights, &Vector::from_vec(vec![123.0]));
/// assert!((weights[0] - 0.9).abs() < 1e-6);
/// ```
#[derive(Clone, Debug)]
pub struct Adam<M> {
    lr: f64,
    betas: (f64, f64),
    eps: f64,
    weight_decay: f64,
    steps: u64,
    moments: Option<(M, M)>,
}

impl<M: Module> Adam<M> {
    /// Adam with the learning rate `lr`, betas 0.9 and 0.999, and ε = 1e-8.
    pub fn new(lr: f64) -> Self {
        Adam { lr, betas: (0.9, 0.999), eps: 1e-8, weight_decay: 0.0, steps: 0, moments: None }
    }

    /// How much of each moment stays from step to step.
    pub fn betas(mut self, first: f64, second: f64) -> Self {
        self.betas = (first, second);
        self
    }

    /// What is added to the denominator.
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// How much of each weight is added to its gradient.
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
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
    /// Where the module and the gradient hold different numbers of modules in a `Vec` or an `Option`.
    pub fn step(&mut self, module: &mut M, gradient: &M) {
        self.steps += 1;
        let (beta1, beta2) = self.betas;
        let step_size = self.lr / (1.0 - beta1.powf(self.steps as f64));
        let correction = 1.0 / (1.0 - beta2.powf(self.steps as f64)).sqrt();
        let [beta2, keep1, keep2, step_size, correction, eps, decay] =
            [beta2, 1.0 - beta1, 1.0 - beta2, step_size, correction, self.eps, self.weight_decay]
                .map(M::Elem::from_f64);
        let (first, second) = self.moments.get_or_insert_with(|| (module.zeros_like(), module.zeros_like()));
        module.update(gradient, [first, second], &mut |weights, gradients, [first, second]| {
            let moments = first.iter_mut().zip(second);
            for ((w, &g), (m, v)) in weights.iter_mut().zip(gradients).zip(moments) {
                let g = g + decay * *w;
                *m += keep1 * (g - *m);
                *v = beta2 * *v + keep2 * (g * g);
                *w -= step_size * *m / (v.sqrt() * correction + eps);
            }
        });
    }
}
