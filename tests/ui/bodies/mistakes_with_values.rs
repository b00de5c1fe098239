//! Mistakes about fields and variants of values.

use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
    steps: usize,
}

#[derive(Value, Clone)]
enum Route {
    Left(Tensor<4>),
    Right,
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn field_in_a_literal(&self, x: &Tensor<4>) -> f32 {
        let state = State { h: self.fc.forward(x), stps: 1 }; //~ ERROR
        state.h.mean()
    }

    fn field_in_a_pattern(&self, x: &Tensor<4>) -> f32 {
        let state = State { h: self.fc.forward(x), steps: 1 };
        let State { hh, steps } = state; //~ ERROR
        hh.mean() * steps as f32
    }

    fn variant_in_a_pattern(&self, x: &Tensor<4>) -> f32 {
        match Route::Left(self.fc.forward(x)) {
            Route::Left(h) => h.mean(),
            Route::Middle(h) => h.sum(), //~ ERROR
            Route::Right => 0.0,
        }
    }

    fn variant_in_a_call(&self, x: &Tensor<4>) -> f32 {
        match Route::Lft(self.fc.forward(x)) { //~ ERROR
            Route::Left(h) => h.mean(),
            Route::Right => 0.0,
        }
    }

    fn wrong_result(&self, state: &State) -> Tensor<4> {
        State { h: self.fc.forward(&state.h), steps: state.steps } //~ ERROR
    }
}

fn main() {}
