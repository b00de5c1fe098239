use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
    scale: f32,
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn step(&self, state: &mut State) {
        state.h = self.fc.forward(&state.h)
        state.scale += 1.0;
    }
}

fn main() {}
