//! The network: one hidden layer. The file says how many columns and classes there are.

use rand::Rng;
use tiedw::prelude::*;

const HIDDEN: usize = 64;

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Classifier {
    hidden: Linear<DYN, HIDDEN>,
    head: Linear<HIDDEN, DYN>,
}

#[differentiable]
impl Classifier {
    /// Returns a row of logits, one per class, for each row of columns.
    pub(crate) fn forward(&self, x: &Tensor<DYN>) -> Tensor<DYN> {
        self.head.forward(&self.hidden.forward(x).relu())
    }

    pub(crate) fn loss(&self, x: &Tensor<DYN>, classes: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(x), classes)
    }
}

impl Classifier {
    pub(crate) fn new(columns: usize, classes: usize, rng: &mut impl Rng) -> Self {
        Classifier { hidden: Linear::new(columns, HIDDEN, rng), head: Linear::new(HIDDEN, classes, rng) }
    }

    /// Returns the class with the largest logit for each row.
    pub(crate) fn classify(&self, x: &Tensor<DYN>) -> Vec<usize> {
        self.forward(x).argmax().as_slice().iter().map(|&class| class as usize).collect()
    }
}
