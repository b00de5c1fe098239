//! Fields of a module that are no part of it, and sizes of its parameters.

use std::num::NonZeroUsize;

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

/// A setting without companions.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Causal,
    Full,
}

impl Mode {
    fn is_causal(&self) -> bool {
        *self == Mode::Causal
    }

    fn weight(self, steps: usize) -> f64 {
        if self == Mode::Full { steps as f64 } else { 0.5 }
    }
}

/// A part with methods that take data alone.
#[derive(Module, Clone)]
struct Table {
    row: Vector<4, f64>,
    #[module(skip)]
    steps: usize,
}

#[differentiable]
impl Table {
    fn repeated(&self, rows: usize) -> Numbers {
        Tensor::full([rows], self.steps as f64) * &self.row
    }
}

#[derive(Module, Clone)]
struct Plain {
    fc: Square,
    table: Table,
    tables: Vec<Table>,
    #[module(skip)]
    mode: Mode,
    #[module(skip)]
    modes: Vec<Mode>,
    #[module(skip)]
    dilations: Vec<usize>,
    #[module(skip)]
    name: String,
    #[module(skip)]
    size: NonZeroUsize,
    #[module(skip)]
    pair: (usize, f64),
}

#[differentiable]
impl Plain {
    fn own_types(&self, x: &Numbers) -> f64 {
        let mode = self.mode;
        let h = self.fc.forward(x) * mode.weight(2);
        if self.mode.is_causal() || self.modes[1].is_causal() {
            h.sum()
        } else {
            h.mean() * self.modes[0].weight(3)
        }
    }

    fn lists(&self, x: &Numbers) -> f64 {
        let mut h = self.fc.forward(x);
        if self.dilations.contains(&3) {
            h = h.tanh() * *self.dilations.last().unwrap() as f64;
        }
        h.sum() * self.dilations.first().copied().unwrap_or(1) as f64
    }

    fn of_the_standard_library(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let scale = if self.name.starts_with("a") { 2.0 } else { self.name.len() as f64 };
        h.sum() * scale / self.size.get() as f64
    }

    fn tuples(&self, x: &Numbers) -> f64 {
        let (steps, gain) = self.pair;
        self.fc.forward(x).sum() * steps as f64 + gain * self.pair.0 as f64
    }

    fn parts_with_data(&self, x: &Numbers) -> f64 {
        let (rows, table) = (x.rows(), &self.table);
        let h = self.fc.forward(x) * table.repeated(rows) + self.table.repeated(rows);
        (h * self.tables[1].repeated(rows)).sum()
    }
}

#[test]
fn settings_without_companions() {
    let rng = &mut rng(6);
    let table = |start: f64| Table { row: [start, 0.5, -1.0, 2.0].into(), steps: 2 };
    let net = Plain {
        fc: Init::init(rng),
        table: table(0.3),
        tables: vec![table(0.1), table(-0.7)],
        mode: Mode::Full,
        modes: vec![Mode::Full, Mode::Causal],
        dilations: vec![2, 3],
        name: "abc".to_owned(),
        size: NonZeroUsize::new(3).unwrap(),
        pair: (2, 1.5),
    };
    let x = uniform(3, 6);
    agree_all!(
        &net,
        (&x),
        own_types own_types_and_grad,
        lists lists_and_grad,
        of_the_standard_library of_the_standard_library_and_grad,
        tuples tuples_and_grad,
        parts_with_data parts_with_data_and_grad,
    );
    let (_, grads) = net.parts_with_data_and_grad(&x);
    assert!(grads.table.row[0] != 0.0 && grads.tables[1].row[0] != 0.0);
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
