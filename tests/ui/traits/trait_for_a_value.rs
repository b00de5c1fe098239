use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
}

trait Total {
    fn total(&self) -> f32;
}

#[differentiable(value)]
impl Total for State {
    fn total(&self) -> f32 {
        self.h.sum()
    }
}

fn main() {}
