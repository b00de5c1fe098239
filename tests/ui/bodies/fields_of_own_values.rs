use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
    steps: usize,
}

#[differentiable(value)]
impl State {
    fn unknown(&self) -> State {
        Self { hh: self.h.tanh(), steps: self.steps } //~
    }
    fn missing(&self) -> State {
        Self { h: self.h.tanh() } //~
    }
    fn in_a_pattern(&self) -> f32 {
        let Self { h, step } = self; //~
        h.sum() * *step as f32
    }
    fn moved(&self) -> State {
        Self { h: self.h, steps: 0 } //~
    }
    fn by_position(&self) -> State {
        State(self.h.tanh(), 0) //~
    }
    fn by_its_name(&self) -> State {
        State { hh: self.h.tanh(), steps: self.steps } //~
    }
}

trait Forget {
    fn forget(&self) -> Self;
}

#[differentiable(value)]
impl Forget for State {
    fn forget(&self) -> Self {
        Self { h: &self.h * 0.5, step: 0 } //~
    }
}

#[derive(Value, Clone)]
enum Tree {
    Leaf { h: Tensor<4> },
    Pair(Box<Tree>, Box<Tree>),
}

#[differentiable(value)]
impl Tree {
    fn unknown(&self) -> Tree {
        Self::Leaf { k: Tensor::zeros([1]) } //~
    }
    fn missing(&self) -> Tree {
        Self::Pair(Box::new(self.clone())) //~
    }
}

fn main() {}
