//! Methods without companions that take closures.

use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
}

impl State {
    fn mapped(&self, f: impl Fn(&Tensor<4>) -> Tensor<4>) -> Tensor<4> {
        f(&self.h)
    }
}

#[differentiable]
fn of_value(state: &State) -> f32 {
    state.mapped(|h| h.tanh()).sum() //~ ERROR
}

fn main() {}
