//! Recurrent cells behind a trait, and modules that are generic over the cell.

use tiedw::Value;
use tiedw::prelude::*;

use crate::layers::Gated;

/// One step of a recurrence.
#[differentiable]
pub trait Cell<const I: usize, const H: usize, E: Element = f32> {
    /// What a step passes on to the next.
    type State: Value;

    /// Returns the state before the first step.
    fn start(&self, rows: usize) -> Self::State;

    /// Returns the state after an input.
    fn step(&self, x: &Tensor<I, E>, state: &Self::State) -> Self::State;

    /// Returns the output in a state.
    fn output(&self, state: &Self::State) -> Tensor<H, E>;

    /// Returns the output after one input.
    fn first(&self, x: &Tensor<I, E>) -> Tensor<H, E> {
        let state = self.step(x, &self.start(x.rows()));
        self.output(&state)
    }
}

/// A cell whose state is its output.
#[derive(Module, Clone, Debug)]
pub struct Elman<const I: usize, const H: usize, E: Element = f32> {
    /// Of the input.
    pub input: WithElem<Linear<I, H>, E>,
    /// Of the state.
    pub state: WithElem<Linear<H, H>, E>,
}

#[differentiable(trait)]
impl<const I: usize, const H: usize, E: Element> Cell<I, H, E> for Elman<I, H, E> {
    type State = Tensor<H, E>;

    fn start(&self, rows: usize) -> Tensor<H, E> {
        Tensor::zeros([rows])
    }

    fn step(&self, x: &Tensor<I, E>, state: &Self::State) -> Self::State {
        (self.input.forward(x) + self.state.forward(state)).tanh()
    }

    fn output(&self, state: &Tensor<H, E>) -> Tensor<H, E> {
        state.clone()
    }
}

/// The state of a [`Leaky`] cell.
#[derive(Value, Clone, Debug)]
pub struct LeakyState<const H: usize, E: Element = f32> {
    /// The average.
    pub average: Tensor<H, E>,
    /// The number of steps.
    pub steps: usize,
}

/// A cell that averages gated inputs.
#[derive(Module, Clone, Debug)]
pub struct Leaky<const I: usize, const H: usize, E: Element = f32> {
    /// The layer of the input.
    pub gated: Gated<I, H, E>,
    /// How much of the average stays, for each feature.
    #[module(init = ones)]
    pub keep: Vector<H, E>,
}

#[differentiable(trait)]
impl<const I: usize, const H: usize, E: Element> Cell<I, H, E> for Leaky<I, H, E> {
    type State = LeakyState<H, E>;

    fn start(&self, rows: usize) -> Self::State {
        LeakyState { average: Tensor::zeros([rows]), steps: 0 }
    }

    fn step(&self, x: &Tensor<I, E>, state: &Self::State) -> Self::State {
        let average = &state.average * &self.keep + self.gated.forward(x);
        LeakyState { average, steps: state.steps + 1 }
    }

    fn output(&self, state: &Self::State) -> Tensor<H, E> {
        state.average.tanh()
    }
}

/// Applies a cell to a sequence.
#[derive(Module, Clone, Debug)]
pub struct Rnn<const I: usize, const H: usize, C> {
    /// The cell.
    pub cell: C,
}

#[differentiable]
impl<const I: usize, const H: usize, E: Element, C: Cell<I, H, E, Elem = E>> Rnn<I, H, C> {
    /// Returns the outputs of all steps.
    pub fn run(&self, x: &[Tensor<I, E>]) -> Vec<Tensor<H, E>> {
        let mut state = self.cell.start(x[0].rows());
        let mut outputs = Vec::new();
        for x in x {
            state = self.cell.step(x, &state);
            outputs.push(self.cell.output(&state));
        }
        outputs
    }
}
