//! Operators of a type of values without `#[differentiable(value)]`.

use std::ops::{Add, Mul, Neg, Sub};

use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
    c: Tensor<4>,
}

impl Neg for State {
    type Output = State;

    fn neg(self) -> State {
        State { h: -self.h, c: -self.c }
    }
}

impl Add for State {
    type Output = State;

    fn add(self, other: State) -> State {
        State { h: self.h + other.h, c: self.c + other.c }
    }
}

impl Mul<f32> for State {
    type Output = State;

    fn mul(self, factor: f32) -> State {
        State { h: self.h * factor, c: self.c * factor }
    }
}

impl<'a> Sub<&'a State> for &'a State {
    type Output = State;

    fn sub(self, other: &State) -> State {
        State { h: &self.h - &other.h, c: &self.c - &other.c }
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn start(&self, x: &Tensor<4>) -> State {
        State { h: self.fc.forward(x), c: -x + x * 2.0 }
    }

    fn negated(&self, x: &Tensor<4>) -> f32 {
        let state = -self.start(x); //~ ERROR
        state.h.sum()
    }

    fn added(&self, x: &Tensor<4>) -> f32 {
        let state = self.start(x) + self.start(x); //~ ERROR
        state.h.sum()
    }

    fn scaled(&self, x: &Tensor<4>) -> f32 {
        let state = self.start(x) * 2.0; //~ ERROR
        state.h.sum()
    }

    fn change(&self, x: &Tensor<4>) -> f32 {
        let change = &self.start(x) - &self.start(x); //~ ERROR
        change.h.sum()
    }
}

fn main() {}
