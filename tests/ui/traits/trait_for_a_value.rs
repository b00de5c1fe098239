use std::ops::Index;

use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
}

#[differentiable]
trait Total {
    fn total(&self) -> f32;
}

#[differentiable(value)]
impl Total for State { //~
    fn total(&self) -> f32 {
        self.h.sum()
    }
}

trait Mean {
    fn mean_of(&self) -> f32;

    fn twice(&self) -> f32 {
        self.mean_of() * 2.0
    }
}

#[differentiable(value)]
impl Mean for Tensor<4> { //~
    fn mean_of(&self) -> f32 {
        self.mean()
    }
}

#[differentiable(value)]
impl Mean for State {
    fn mean_of(&self) -> f32 {
        self.h.mean()
    }
}

#[differentiable]
fn of_default(state: &State) -> f32 {
    state.twice() //~
}

trait Divided<V> {
    fn divided(&self, by: f32) -> f32;
}

#[differentiable(value)]
impl<V> Divided<V> for State { //~
    fn divided(&self, by: f32) -> f32 {
        self.h.mean() / by
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let state = State { h: self.fc.forward(x) };
        state.total() + state.mean_of()
    }
}

#[differentiable(value)]
impl Index<usize> for State {
    type Output = Tensor<4>;

    fn index(&self, _: usize) -> &Tensor<4> { //~
        &self.h
    }
}

fn main() {}
