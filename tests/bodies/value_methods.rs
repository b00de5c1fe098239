//! Methods of structs and enums of values.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Value, Clone)]
struct State<const F: usize> {
    h: Tensor<F, f64>,
    energy: f64,
    steps: usize,
}

#[differentiable(value)]
impl<const F: usize> State<F> {
    fn new(h: &Tensor<F, f64>) -> Self {
        State { h: h.clone(), energy: 0.0, steps: 0 }
    }

    /// The state after a step.
    fn moved(self, by: &Tensor<F, f64>, #[constant] rate: f64) -> Self {
        let h = (&self.h + by * rate).tanh();
        let energy = self.energy + self.kinetic();
        State { h, energy, steps: self.steps + 1 }
    }

    fn kinetic(&self) -> f64 {
        assert!(self.h.rows() > 0);
        (&self.h * &self.h).mean()
    }

    fn total(&self) -> f64 {
        if self.steps == 0 { self.kinetic() } else { self.energy / self.steps as f64 + self.kinetic() }
    }
}

#[derive(Value)]
enum Tree {
    Leaf(T),
    Node(Box<Tree>, Box<Tree>),
}

#[differentiable(value)]
impl Tree {
    fn sum(&self, scale: f64) -> f64 {
        match self {
            Tree::Leaf(x) => (x * scale).tanh().sum(),
            Tree::Node(left, right) => left.sum(scale) * right.sum(scale * 0.5),
        }
    }
}

#[derive(Value, Clone)]
struct Pair<A>(A, f64);

#[differentiable(value)]
impl<A: Value + Clone> Pair<A> {
    fn scaled(mut self, by: f64) -> Self {
        self.1 *= by;
        let Self(first, second) = self;
        Self(first, second * second)
    }
}

#[derive(Value, Clone)]
struct Score {
    h: T,
    total: f64,
    steps: usize,
}

#[differentiable(value)]
impl Score {
    fn next(&self, by: &T) -> Self {
        let Self { h, total, .. } = self;
        let h = h + by;
        Self { total: total * h.mean(), h, steps: self.steps + 1 }
    }
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn rolled(&self, x: &T, y: &T) -> f64 {
        let mut state = State::new(x);
        for _ in 0..3 {
            let by = self.fc.forward(&state.h);
            state = state.moved(&by, 0.5);
        }
        state.total() + (y * state.h).sum()
    }

    fn by_own_name(&self, x: &T, y: &T) -> f64 {
        let mut score = Score { h: self.fc.forward(x), total: 1.5, steps: 0 };
        while score.steps < 3 {
            score = score.next(&self.fc.forward(&score.h));
        }
        let pair = Pair(score.h * y, score.total).scaled(x.sum());
        pair.0.sum() * pair.1
    }

    fn tree(&self, x: &T, y: &T) -> f64 {
        let leaf = Tree::Leaf(self.fc.forward(x));
        let tree = Tree::Node(Box::new(leaf), Box::new(Tree::Leaf(self.fc.forward(y))));
        tree.sum(self.fc.forward(x).mean())
    }
}

#[test]
fn gradients_flow_through_methods_of_values() {
    let net = Net::init(&mut rng(3));
    agree_all!(&net, (&uniform(2, 5), &uniform(2, 6)), rolled rolled_and_grad, tree tree_and_grad,
        by_own_name by_own_name_and_grad);
}
