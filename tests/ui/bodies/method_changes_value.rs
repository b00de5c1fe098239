//! A method of a value that changes it in place.

use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
    steps: usize,
}

#[differentiable(value)]
impl State {
    fn add(&mut self, x: &Tensor<4>) { //~
        self.h = &self.h + x;
        self.steps += 1;
    }
    fn energy(&self) -> f32 {
        (&self.h * &self.h).sum()
    }
}

fn main() {}
