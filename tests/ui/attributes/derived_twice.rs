use tiedw::prelude::*;

#[derive(Module, Module)] //~
struct Net {
    fc: Linear<4, 4>,
}

#[derive(Value)]
#[derive(Clone, Value)] //~
struct State {
    h: Tensor<4>,
}

#[differentiable]
impl Net {
    fn loss(&self, state: &State) -> f32 {
        self.fc.forward(&state.h).sum()
    }
}

fn main() {}
