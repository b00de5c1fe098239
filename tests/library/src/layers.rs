//! Generic layers.

use tiedw::prelude::*;

/// A linear layer whose output is gated: y = (W x + b) * sigmoid(V x + c).
#[derive(Module, Clone, Debug)]
pub struct Gated<const I: usize, const O: usize, E: Element = f32> {
    /// The values.
    pub value: WithElem<Linear<I, O>, E>,
    /// The gates.
    pub gate: WithElem<Linear<I, O>, E>,
}

#[differentiable]
impl<const I: usize, const O: usize, E: Element> Layer for Gated<I, O, E> {
    type Input = Tensor<I, E>;
    type Output = Tensor<O, E>;

    fn forward(&self, x: &Self::Input) -> Self::Output {
        self.value.forward(x) * self.gate.forward(x).sigmoid()
    }
}

/// Applies a layer several times, with shared weights, and returns all outputs.
#[derive(Module, Clone, Debug)]
pub struct Repeated<L> {
    /// The layer.
    pub layer: L,
}

#[differentiable]
impl<const F: usize, E: Element, L: Layer<Input = Tensor<F, E>, Output = Tensor<F, E>, Elem = E>>
    Repeated<L>
{
    /// Returns the outputs of `times` steps.
    pub fn outputs(&self, x: &Tensor<F, E>, times: usize) -> Vec<Tensor<F, E>> {
        let mut h = x.clone();
        let mut outputs = Vec::new();
        for _ in 0..times {
            h = self.layer.forward(&h) + &h;
            outputs.push(h.clone());
        }
        outputs
    }
}

#[differentiable]
impl<const I: usize, const O: usize, E: Element> Gated<I, O, E> {
    /// Gates by a function of the caller.
    pub fn gated_by(&self, x: &Tensor<I, E>, gate: impl Fn(&Tensor<O, E>) -> Tensor<O, E>) -> Tensor<O, E> {
        self.value.forward(x) * gate(&self.gate.forward(x))
    }
}

/// What can be scored.
pub trait Scorer<const F: usize> {
    /// Returns the score of each row.
    fn score(&self, x: &Tensor<F>) -> Tensor<1>;
}

/// Scores by a linear layer.
#[derive(Module, Clone, Debug)]
pub struct LinearScorer<const F: usize> {
    /// The layer.
    pub head: Linear<F, 1>,
}

#[differentiable]
impl<const F: usize> Scorer<F> for LinearScorer<F> {
    fn score(&self, x: &Tensor<F>) -> Tensor<1> {
        self.head.forward(x).tanh()
    }
}
