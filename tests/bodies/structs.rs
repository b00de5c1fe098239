//! Structs and enums of values.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    gate: WithElem<Linear<3, 3>, f64>,
}

fn net() -> Net {
    Net::init(&mut rng(71))
}

#[derive(Value, Clone)]
struct State {
    h: Numbers,
    c: Option<Numbers>,
    steps: usize,
}

#[derive(Value, Clone)]
struct Pair<const F: usize, E: Element>(Tensor<F, E>, E);

#[derive(Value, Clone)]
struct Both<A, B> {
    first: A,
    second: Option<B>,
}

#[derive(Value, Clone)]
enum Tree {
    Leaf(Numbers),
    Node(Box<Tree>, Box<Tree>),
    Named {
        value: Numbers,
        #[constant]
        weight: f64,
    },
    Empty,
}

#[derive(Value, Clone)]
struct Chain {
    value: f64,
    size: usize,
    next: Option<Box<Self>>,
}

#[derive(Value, Clone)]
struct Hypothesis {
    score: f64,
    states: Vec<State>,
}

#[differentiable]
impl Net {
    fn step(&self, state: State) -> State {
        let State { h, c, steps } = state;
        let c = match c {
            Some(c) => c * self.gate.forward(&h).sigmoid(),
            None => h.clone(),
        };
        State { h: self.fc.forward(&h).tanh() + &c, c: Some(c), steps: steps + 1 }
    }

    fn stepped(&self, x: &Numbers) -> f64 {
        let mut state = State { h: x.clone(), c: None, steps: 0 };
        while state.steps < 3 {
            state = self.step(state);
        }
        state.h = &state.h * 2.0;
        let old = State { steps: 7, ..state.clone() };
        let pair = Pair(state.h.clone(), old.h.sum());
        let Pair(h, sum) = &pair;
        let both = Both { first: sum * 2.0, second: Some(h.clone()) };
        let Both { first: twice, second } = both.clone();
        drop(h.clone());
        let twice = twice + 1.0;
        let _ = twice;
        let unused = second.is_none();
        assert!(!unused && both.first > -1e9 && old.steps == 7);
        let text = format!("{}", state.steps);
        assert!(old.steps == 7 && text == "3");
        both.first * 0.1 + mse_loss(h, x) * *sum + pair.1 + (pair.0).mean() + state.c.unwrap().sum()
    }

    fn chained(&self, x: &Numbers) -> f64 {
        let mut n = 1;
        let s = self.fc.forward(x).sum();
        let inner = Chain {
            size: n,
            value: {
                n += 3;
                s
            },
            next: None,
        };
        let outer = Chain { value: s * s, size: n, next: Some(Box::new(inner.clone())) };
        let next = outer.next.as_ref().unwrap();
        next.value * outer.value * inner.size as f64 * outer.size as f64
    }

    fn beam(&self, x: &Numbers) -> f64 {
        let start = State { h: x.clone(), c: None, steps: 0 };
        let mut beam = vec![Hypothesis { score: 0.5, states: vec![start] }];
        for step in 0..3 {
            let mut next = Vec::new();
            for hypothesis in &beam {
                let last = hypothesis.states.last().unwrap();
                let state = self.step(last.clone());
                let mut states = hypothesis.states.clone();
                let gain = state.h.mean() * (step + 1) as f64;
                states.push(state);
                next.push(Hypothesis { score: hypothesis.score + gain, states: states.clone() });
                next.push(Hypothesis { score: hypothesis.score * gain, states });
            }
            next.truncate(3);
            beam = next;
        }
        beam.iter().map(|hypothesis| hypothesis.score * hypothesis.states[1].h.sum()).sum()
    }

    fn chosen(&self, x: &Numbers, kind: usize) -> f64 {
        let tree = match kind {
            0 => Tree::Leaf(self.fc.forward(x)),
            1 => Tree::Named { value: self.fc.forward(x), weight: 2.0 },
            2 => Tree::Node(Box::new(Tree::Leaf(self.fc.forward(x))), Box::new(Tree::Empty)),
            _ => Tree::Empty,
        };
        match &tree {
            Tree::Leaf(h) => h.sum(),
            Tree::Named { value, weight } => value.mean() * *weight,
            Tree::Node(left, right) => match (&**left, &**right) {
                (Tree::Leaf(h), Tree::Empty) => mse_loss(h, x),
                _ => 0.0,
            },
            Tree::Empty => self.gate.forward(x).sum(),
        }
    }
}

#[test]
fn gradients_flow_through_structs_and_enums() {
    let x = uniform::<3>(2, 13);
    check(&net(), |net| net.stepped_and_grad(&x));
    check(&net(), |net| net.chained_and_grad(&x));
    assert_eq!(net().chained(&x), net().chained_and_grad(&x).0);
    check(&net(), |net| net.beam_and_grad(&x));
    assert_eq!(net().beam(&x), net().beam_and_grad(&x).0);
    for kind in 0..4 {
        check(&net(), |net| net.chosen_and_grad(&x, kind));
    }
}

#[derive(Value, Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiable]
fn with_constants_over_a_base(s: f64) -> f64 {
    let a = Point { x: s, y: 1.0, z: s * s };
    let b = Point { x: 0.5, ..a };
    let c = Point { z: b.x + 0.25, y: 2.0, ..b };
    b.x * s + 2.0 * b.y + 3.0 * b.z + c.x * c.y + c.z * s
}

#[test]
fn a_base_receives_nothing_of_the_fields_that_are_given() {
    crate::number_agrees!(with_constants_over_a_base with_constants_over_a_base_vjp);
}
