use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
}

#[derive(Value)]
struct State {
    h: Tensor<4>,
}

impl State {
    fn activated(&self) -> Tensor<4> {
        self.h.tanh()
    }
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let state = State { h: self.fc.forward(x) };
        state.activated().sum()
    }
}

fn main() {}
