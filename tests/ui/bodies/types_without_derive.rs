//! Types of values and of data without `#[derive(Value)]`, in signatures of methods that others call.

use tiedw::prelude::*;

#[derive(Clone)]
struct State {
    h: Tensor<8>,
    steps: usize,
}

enum Tree {
    Leaf(usize),
    Node(Box<Tree>, Box<Tree>),
}

enum Route {
    Left,
    Right,
}

struct Pair<const F: usize> {
    left: Tensor<F>,
    right: Tensor<F>,
}

#[derive(Module)]
struct Net {
    enter: Linear<4, 8>,
    block: Linear<8, 8>,
}

#[differentiable]
impl Net {
    fn step(&self, state: &State) -> State { //~ ERROR
        State { h: self.block.forward(&state.h), steps: state.steps + 1 }
    }

    fn run(&self, x: &Tensor<4>) -> f32 {
        let mut state = State { h: self.enter.forward(x), steps: 0 };
        while state.steps < 3 {
            state = self.step(&state);
        }
        state.h.mean()
    }
}

#[derive(Module)]
struct Encoder {
    enter: Linear<4, 8>,
    block: Linear<8, 8>,
}

#[differentiable]
impl Encoder {
    fn encode(&self, tree: &Tree) -> Tensor<8> { //~ ERROR
        match tree {
            Tree::Leaf(id) => self.enter.forward(&Tensor::full([1], *id as f32)),
            Tree::Node(left, right) => self.block.forward(&(self.encode(left) + self.encode(right))),
        }
    }

    fn loss(&self, tree: &Tree) -> f32 {
        self.encode(tree).mean()
    }

    fn routed(&self, x: &Tensor<4>) -> (f32, Route) { //~ ERROR
        let y = self.enter.forward(x).mean();
        let route = if y > 0.0 { Route::Left } else { Route::Right };
        (y, route)
    }
}

#[differentiable]
fn swapped<const F: usize>(x: &Tensor<F>) -> Tensor<F> {
    x * 2.0
}

#[derive(Module)]
struct Twins<const F: usize> {
    fc: Linear<F, F>,
}

#[differentiable]
impl<const F: usize> Twins<F> {
    fn both(&self, pair: Option<Pair<F>>) -> Vec<Pair<F>> { //~ ERROR
        let mut pairs = Vec::new();
        if let Some(pair) = pair {
            pairs.push(Pair { left: self.fc.forward(&pair.left), right: swapped(&pair.right) });
        }
        pairs
    }

    fn loss(&self, x: &Tensor<F>) -> f32 {
        let pairs = self.both(Some(Pair { left: x.clone(), right: x.clone() }));
        pairs[0].left.mean()
    }
}

fn main() {}
