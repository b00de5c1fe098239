//! Fields of a module that are no part of it, and sizes of its parameters.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

/// A setting with a method of its own.
#[derive(Value, Clone, Copy, Default)]
struct Range {
    low: f64,
    high: f64,
}

#[differentiable(value)]
impl Range {
    fn width(&self) -> f64 {
        self.high - self.low
    }

    fn scaled(&self, x: &Numbers) -> Numbers {
        x * self.high - self.low
    }
}

#[derive(Module, Clone)]
struct Net {
    fc: Square,
    gain: Vector<DYN, f64>,
    table: Matrix<DYN, 4, f64>,
    #[tie(weight = fc.weight)]
    tied: WithElem<Linear<4, 4, Tied>, f64>,
    conv: WithElem<Conv1d<4, 4, 3, DYN, DYN>, f64>,
    #[module(skip)]
    steps: usize,
    #[module(skip)]
    temperature: f64,
    #[module(skip)]
    range: Range,
}

#[differentiable]
impl Net {
    fn methods_of_numbers(&self, x: &Numbers) -> f64 {
        let steps = self.steps.pow(2).saturating_sub(1);
        let mut h = self.fc.forward(x) / self.temperature.sqrt();
        for _ in 0..steps.min(2) {
            h = self.tied.forward(&h).tanh() * self.temperature.max(0.1).recip();
        }
        h.sum() + self.temperature.clamp(0.0, 1.0) * h.mean()
    }

    fn methods_of_values(&self, x: &Numbers) -> f64 {
        self.range.scaled(&self.fc.forward(x)).sum() * self.range.width()
    }

    fn sizes(&self, x: &Numbers) -> f64 {
        let [rows, columns] = self.fc.weight.shape();
        let weight = &self.table;
        let of_all =
            rows * columns + self.table.rows() + weight.columns() + self.gain.len() + self.tied.weight.rows();
        self.fc.forward(x).sum() / of_all as f64 + self.conv.weight.shape()[0] as f64
    }

    fn counts(&self, x: &Numbers) -> f64 {
        let padding = self.conv.padding;
        let mut h = self.conv.forward(x);
        for _ in 0..padding.get().unwrap_or(0) {
            h = self.fc.forward(&h).tanh();
        }
        match self.conv.stride.get() {
            Some(stride) => h.sum() / stride as f64,
            None => h.sum(),
        }
    }
}

#[test]
fn settings_and_sizes() {
    let rng = &mut rng(5);
    let net = Net {
        fc: Init::init(rng),
        tied: Init::init(rng),
        gain: Vector::from_vec(vec![1.0, 2.0]),
        table: Matrix::zeros_of([3, 4]),
        conv: WithElem::<Conv1d<4, 4, 3, DYN, DYN>, f64>::new(4, 4, 3, rng).padding(1).stride(2),
        steps: 3,
        temperature: 1.7,
        range: Range { low: -0.5, high: 2.0 },
    };
    let x = uniform(3, 6);
    agree_all!(
        &net,
        (&x),
        methods_of_numbers methods_of_numbers_and_grad,
        methods_of_values methods_of_values_and_grad,
        sizes sizes_and_grad,
        counts counts_and_grad,
    );
}
