//! Settings in places where the type that the user declared matters: they are compared, copied, matched on and iterated over.

use std::collections::HashMap;

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Causal,
    Full,
}

fn scale(mode: Mode) -> f64 {
    if mode == Mode::Full { 2.0 } else { 0.5 }
}

fn scale_of_all(mode: &Mode, factors: &[f64], power: i32) -> f64 {
    scale(*mode) * factors.iter().product::<f64>().powi(power)
}

#[derive(Clone)]
struct Config {
    limit: Option<usize>,
    name: &'static str,
}

#[derive(Module, Clone)]
struct Block {
    fc: WithElem<Linear<4, 4>, f64>,
    #[module(skip)]
    mode: Mode,
    #[module(skip)]
    config: Config,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Numbers) -> Numbers {
        let h = self.fc.forward(x);
        match self.mode {
            Mode::Causal => h,
            Mode::Full => h * 0.5,
        }
    }
}

#[derive(Module, Clone)]
struct Net {
    blocks: Vec<Block>,
    gain: Vector<4, f64>,
    #[tie(weight = blocks[0].fc.weight)]
    out: WithElem<Linear<4, 4, Tied>, f64>,
    #[module(skip)]
    mode: Mode,
    #[module(skip)]
    cached: Numbers,
    #[module(skip)]
    dilations: Vec<usize>,
    #[module(skip)]
    factors: [f64; 3],
    #[module(skip)]
    name: String,
    #[module(skip)]
    names: Vec<String>,
    #[module(skip)]
    limit: Option<usize>,
    #[module(skip)]
    weights: HashMap<String, f64>,
    #[module(skip)]
    pairs: Vec<(String, f64)>,
    #[module(skip)]
    label: Option<String>,
    #[module(skip)]
    scale: Option<f64>,
}

#[differentiable]
impl Net {
    fn through(&self, x: &Numbers) -> Numbers {
        self.out.forward(&self.blocks[0].forward(x)) * &self.gain
    }

    fn compared(&self, x: &Numbers) -> f64 {
        let h = self.through(x);
        if self.mode == Mode::Causal && self.blocks[0].mode != self.mode {
            return h.sum();
        }
        if self.dilations == [2, 3]
            || self.name == "none"
            || self.limit > Some(7)
            || self.names[0] == self.name
        {
            return h.mean() * 3.0;
        }
        h.mean()
    }

    fn operands(&self, x: &Numbers) -> f64 {
        let (h, cached) = (self.through(x), &self.cached);
        let masked = &h * &self.cached + cached;
        (masked * cached).sum() + mse_loss(&h, &self.cached)
    }

    fn copied(&self, x: &Numbers) -> f64 {
        let mode = self.mode;
        let mut h = self.through(x) * scale(self.mode) + scale(mode) * scale(self.blocks[1].mode);
        h = h * scale_of_all(&self.mode, &self.factors, 2);
        for factor in self.factors {
            h = h * factor;
        }
        h.sum()
    }

    fn loops(&self, x: &Numbers) -> f64 {
        let mut h = self.through(x);
        for &dilation in &self.dilations {
            h = h.tanh() * dilation as f64;
        }
        for (i, &factor) in self.factors.iter().enumerate() {
            h = h * factor + i as f64;
        }
        for name in &self.names {
            if name == "b" {
                h = h * 2.0;
            }
        }
        for letter in self.name.chars() {
            if letter == 'a' {
                h = h + 1.0;
            }
        }
        h.sum()
    }

    fn options(&self, x: &Numbers) -> f64 {
        let h = self.through(x);
        let Some(limit) = self.limit else { return h.mean() };
        let weight = match self.limit {
            Some(n) if n > 2 => n as f64,
            Some(_) => 1.0,
            None => 0.5,
        };
        let first = self.limit.map_or(1.0, |n| n as f64 + 0.5);
        if let Some(n) = self.blocks[1].config.limit {
            return h.sum() * n as f64 * weight * first;
        }
        h.sum() * limit as f64
    }

    fn maps(&self, x: &Numbers) -> f64 {
        let h = self.through(x);
        let total = self.weights.values().sum::<f64>();
        let one = self.weights.get("a").copied().unwrap_or(1.0);
        let other = self.weights.get(&self.name).copied().unwrap_or(0.25);
        h.sum() * total * one * other * self.weights["b"]
    }

    fn clones(&self, x: &Numbers) -> f64 {
        let config = self.blocks[0].config.clone();
        let mut h = self.through(x);
        for _ in 0..config.limit.unwrap_or(3) {
            h = self.through(&h);
        }
        if config.name.is_empty() { h.sum() } else { h.mean() }
    }

    fn taken_apart_by_name(&self, x: &Numbers) -> f64 {
        let block = &self.blocks[1];
        let Block { fc, config, .. } = block;
        let Config { limit, name } = config;
        let large = fc.forward(x).argmax().as_slice().iter().filter(|&&index| index > 0).count();
        fc.forward(x).sum() * (limit.unwrap_or(2) + name.len() + large) as f64
    }

    fn names_in_loops(&self, x: &Numbers) -> f64 {
        let mut h = self.through(x);
        for name in &self.names {
            if name.starts_with("b") {
                h = h * 2.0;
            }
        }
        for (name, weight) in &self.pairs {
            if name.ends_with("z") {
                h = h * *weight;
            }
        }
        if let Some(label) = &self.label {
            if label.contains("l") {
                h = h + 1.0;
            }
        }
        h.sum()
    }

    fn options_with_values(&self, x: &Numbers) -> f64 {
        let h = self.through(x).sum();
        let some =
            self.scale.map_or(1.0, |scale| scale * h) + self.scale.map(|scale| scale * h * h).unwrap_or(0.5);
        let scale = self.scale;
        some + self.scale.unwrap_or(h) + scale.map_or(h * 3.0, |scale| scale)
    }

    fn indices(&self, x: &Numbers) -> f64 {
        let h = self.through(x);
        let best = if h.argmax().as_slice()[0] > 1 { 2.0 } else { 0.5 };
        (h * best).sum()
    }

    fn within_parts(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for block in &self.blocks {
            if block.config.name == "last" && block.mode == Mode::Full && block.config.limit != Some(9) {
                h = h * 3.0;
            }
            h = block.forward(&h) + scale(block.mode);
        }
        h.sum()
    }
}

#[test]
fn settings_are_what_was_declared() {
    let rng = &mut rng(8);
    let block = |mode, name, rng: &mut _| Block {
        fc: Init::init(rng),
        mode,
        config: Config { limit: Some(3), name },
    };
    let mut net = Net {
        blocks: vec![block(Mode::Full, "first", rng), block(Mode::Full, "last", rng)],
        gain: [0.3, -0.5, 1.5, 0.7].into(),
        out: Init::init(rng),
        mode: Mode::Causal,
        cached: uniform(3, 7),
        dilations: vec![2, 3],
        factors: [0.5, 1.5, -2.0],
        name: "abca".to_owned(),
        names: vec!["a".to_owned(), "b".to_owned()],
        limit: Some(4),
        weights: [("a".to_owned(), 0.5), ("b".to_owned(), -1.25)].into(),
        pairs: vec![("xyz".to_owned(), 1.5)],
        label: Some("label".to_owned()),
        scale: Some(0.75),
    };
    let x = uniform(3, 6);
    for mode in [Mode::Causal, Mode::Full] {
        (net.mode, net.blocks[1].mode) = (mode, mode);
        agree_all!(
            &net,
            (&x),
            compared compared_and_grad,
            operands operands_and_grad,
            copied copied_and_grad,
            loops loops_and_grad,
            options options_and_grad,
            maps maps_and_grad,
            clones clones_and_grad,
            taken_apart_by_name taken_apart_by_name_and_grad,
            names_in_loops names_in_loops_and_grad,
            options_with_values options_with_values_and_grad,
            indices indices_and_grad,
            within_parts within_parts_and_grad,
        );
        (net.limit, net.scale) = (None, None);
    }
}

/// A part with methods that have names of those of maps and options.
#[derive(Module, Clone)]
struct Memory {
    keys: Vector<4, f64>,
    fc: WithElem<Linear<4, 4>, f64>,
}

#[differentiable]
impl Memory {
    fn keys(&self) -> Numbers {
        self.keys.tensor()
    }

    fn values(&self) -> Numbers {
        self.fc.forward(&self.keys.tensor())
    }

    fn filter(&self, rows: usize) -> Numbers {
        self.fc.forward(&Tensor::full([rows], 0.5))
    }

    fn zip(&self, rows: usize) -> Numbers {
        Tensor::full([rows], 0.25) * &self.keys
    }
}

#[derive(Module, Clone)]
struct Reader {
    memory: Memory,
}

#[differentiable]
impl Reader {
    fn read(&self, x: &Numbers) -> f64 {
        let keys = self.memory.keys();
        let read = (x * keys).sum() + self.memory.values().sum() + self.memory.keys().tanh().sum();
        read + self.memory.filter(2).tanh().sum() + self.memory.zip(3).mean()
    }
}

#[test]
fn parts_with_such_names() {
    let rng = &mut rng(10);
    let memory = Memory { keys: [0.3, -0.5, 1.5, 0.7].into(), fc: Init::init(rng) };
    agree_all!(&Reader { memory }, (&uniform(1, 4)), read read_and_grad);
}

trait Schedule {
    fn factor(&self, step: usize) -> f64;
}

#[derive(Clone)]
struct Doubling;

impl Schedule for Doubling {
    fn factor(&self, step: usize) -> f64 {
        2f64.powi(step as i32)
    }
}

/// Its setting has a generic type, and one a name that the view's own field could have.
#[derive(Module, Clone)]
struct Scheduled<S: Schedule + Clone, L: Layer<Input = Numbers, Output = Numbers>> {
    layer: L,
    #[module(skip)]
    schedule: S,
    #[module(skip)]
    settings: Vec<Mode>,
}

#[differentiable]
impl<S: Schedule + Clone, L: Layer<Input = Numbers, Output = Numbers>> Scheduled<S, L> {
    fn loss(&self, x: &Numbers, step: usize) -> f64 {
        let h = self.layer.forward(x);
        let Scheduled { schedule, .. } = self;
        if self.settings[0] == Mode::Causal { h.sum() } else { (h * schedule.factor(step)).mean() }
    }
}

#[test]
fn settings_of_generic_types() {
    let layer = WithElem::<Linear<4, 4>, f64>::init(&mut rng(9));
    for mode in [Mode::Causal, Mode::Full] {
        let net = Scheduled { layer: layer.clone(), schedule: Doubling, settings: vec![mode] };
        agree_all!(&net, (&uniform(3, 6), 2), loss loss_and_grad);
    }
}

#[derive(Clone, Default)]
enum Slope {
    #[default]
    None,
    Leaky(f64),
}

#[derive(Clone, Copy)]
struct Rates {
    first: f64,
    steps: usize,
}

#[derive(Clone)]
struct Stage {
    factor: f64,
    slope: Slope,
}

#[derive(Clone)]
struct Plan {
    stages: Vec<Stage>,
    rates: HashMap<String, f64>,
    by_depth: HashMap<usize, f64>,
    default: Slope,
}

impl Plan {
    fn slope(&self, stage: usize) -> &Slope {
        self.stages.get(stage).map_or(&self.default, |stage| &stage.slope)
    }

    fn stage(&self, stage: usize) -> Option<&Stage> {
        self.stages.get(stage)
    }
}

/// Its settings are of types that are no values.
#[derive(Module, Clone)]
struct Planned {
    layer: WithElem<Linear<4, 4>, f64>,
    #[module(skip)]
    plan: Plan,
    #[module(skip)]
    rates: Rates,
    #[module(skip)]
    sizes: Vec<usize>,
}

#[differentiable]
impl Planned {
    fn by_methods(&self, x: &Numbers, stage: usize) -> f64 {
        let h = self.layer.forward(x).sum();
        let h = match self.plan.slope(stage) {
            Slope::None => h,
            Slope::Leaky(slope) => h.max(h * *slope),
        };
        let Some(next) = self.plan.stage(stage + 1) else { return h * 2.0 };
        if let Slope::Leaky(slope) = next.slope { h * slope } else { h * next.factor }
    }

    fn taken_apart(&self, x: &Numbers) -> f64 {
        let Rates { first, steps } = self.rates;
        let mut h = self.layer.forward(x) * first;
        for stage in &self.plan.stages {
            let Stage { factor, .. } = stage;
            h = h * *factor + steps as f64;
        }
        h.sum()
    }

    fn by_keys(&self, x: &Numbers, depths: &[usize]) -> f64 {
        let mut h = self.layer.forward(x).sum();
        let key = format!("rate{}", depths.len());
        h *= self.plan.rates[&key];
        for depth in depths {
            h *= self.plan.by_depth[&depth];
        }
        for name in self.plan.rates.keys() {
            h += self.plan.rates[name];
        }
        for (name, rate) in &self.plan.rates {
            if name.starts_with("rate") {
                h *= *rate;
            }
        }
        h
    }

    fn by_iterators(&self, x: &Numbers) -> f64 {
        let mut sizes = self.sizes.iter();
        let first = sizes.next().copied().unwrap_or(1);
        let mut h = self.layer.forward(x) * first as f64;
        for &size in sizes.filter(|size| **size > 1) {
            h = h * size as f64;
        }
        let plan = self.plan.clone();
        let run = |h: &Numbers| h * plan.stages[0].factor;
        run(&h).sum() * self.plan.stages.iter().map(|stage| stage.factor).sum::<f64>()
    }
}

#[test]
fn settings_of_types_that_are_no_values() {
    let stage = |factor, slope| Stage { factor, slope };
    let plan = Plan {
        stages: vec![stage(0.5, Slope::Leaky(0.3)), stage(1.5, Slope::None), stage(0.8, Slope::Leaky(0.7))],
        rates: [("rate2".to_owned(), 0.9), ("rate3".to_owned(), 1.3)].into(),
        by_depth: [(1, 0.4), (5, 1.6)].into(),
        default: Slope::default(),
    };
    let layer = WithElem::<Linear<4, 4>, f64>::init(&mut rng(12));
    let net = Planned { layer, plan, rates: Rates { first: 1.2, steps: 3 }, sizes: vec![2, 1, 3] };
    let x = uniform(2, 13);
    for stage in 0..4 {
        agree_all!(&net, (&x, stage), by_methods by_methods_and_grad);
    }
    agree_all!(&net, (&x), taken_apart taken_apart_and_grad, by_iterators by_iterators_and_grad);
    agree_all!(&net, (&x, &[1, 5]), by_keys by_keys_and_grad);
}

#[derive(Value, Clone)]
struct Start {
    h: Numbers,
    scale: f64,
}

#[derive(Module, Clone)]
struct Started {
    layer: WithElem<Linear<4, 4>, f64>,
    #[module(skip)]
    start: Start,
}

#[derive(Module, Clone)]
struct Outer {
    inner: Started,
}

#[differentiable]
impl Started {
    fn loss(&self, x: &Numbers) -> f64 {
        let start = self.start.clone();
        let h = start.h;
        (self.layer.forward(x) * h * start.scale).sum()
    }
}

#[differentiable]
impl Outer {
    fn loss(&self, x: &Numbers) -> f64 {
        let start = self.inner.start.clone();
        let h = start.h;
        (self.inner.layer.forward(x) * h * start.scale).sum()
    }
}

#[test]
fn parts_of_clones_that_are_moved() {
    let layer = WithElem::<Linear<4, 4>, f64>::init(&mut rng(14));
    let inner = Started { layer, start: Start { h: uniform(2, 15), scale: 0.5 } };
    agree_all!(&inner, (&uniform(2, 16)), loss loss_and_grad);
    agree_all!(&Outer { inner }, (&uniform(2, 16)), loss loss_and_grad);
}
