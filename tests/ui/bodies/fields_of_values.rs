//! Fields of values that are missing, unknown or too many.

use tiedw::prelude::*;
#[derive(Value, Clone)]
struct State {
    h: Tensor<3>,
    c: Tensor<3>,
}
#[derive(Value, Clone)]
enum Kept {
    One { t: Tensor<3>, s: f32 },
    Two(Tensor<3>, f32),
}
#[derive(Value, Clone)]
struct Pair(f32, f32);
#[differentiable]
fn start(x: &Tensor<3>) -> State {
    State { h: x.clone() } //~ ERROR
}
#[differentiable]
fn start2(x: &Tensor<3>) -> State {
    State { h: x.clone(), c: x.clone(), d: 3.0 } //~ ERROR
}
#[differentiable]
fn start3(x: &Tensor<3>) -> State {
    State { h: x.clone(), cc: x.clone() } //~ ERROR
}
#[differentiable]
fn pattern(state: &State) -> f32 {
    let State { h } = state; //~ ERROR
    h.sum()
}
#[differentiable]
fn pattern2(state: &State) -> f32 {
    let State { h, d, .. } = state; //~ ERROR
    h.sum()
}
#[differentiable]
fn variant(x: &Tensor<3>) -> Kept {
    Kept::One { t: x.clone() } //~ ERROR
}
#[differentiable]
fn variant2(x: &Tensor<3>) -> Kept {
    Kept::Two(x.clone()) //~ ERROR
}
#[differentiable]
fn tuple(x: &Tensor<3>) -> Pair {
    Pair(x.sum()) //~ ERROR
}
#[differentiable]
fn variant3(kept: &Kept) -> f32 {
    match kept {
        Kept::One { t } => t.sum(), //~ ERROR
        Kept::Two(t) => t.sum(),    //~ ERROR
    }
}
#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    head: Linear<3, 3>,
}
#[differentiable]
impl Net {
    fn method(&self, x: &Tensor<3>) -> f32 {
        let state = State { h: self.fc.forward(x) }; //~ ERROR
        state.h.sum()
    }
    fn calls(&self, x: &Tensor<3>) -> f32 {
        self.method(x) * start(x).h.sum()
    }
}

fn main() {}
