use tiedw::Value;
use tiedw::prelude::*;

#[differentiable]
trait Cell {
    type State: Value;
    fn step(&self, x: &Tensor<4>, state: &Self::State) -> Self::State;
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable(trait)]
impl Cell for Net {
    type State = Net; //~

    fn step(&self, x: &Tensor<4>, state: &Self::State) -> Self::State {
        self.fc.forward(x) + state
    }
}

#[derive(Clone)]
struct Hidden {
    h: Tensor<4>,
}

#[derive(Module)]
struct Other {
    fc: Linear<4, 4>,
}

#[differentiable(trait)]
impl Cell for Other {
    type State = Hidden; //~

    fn step(&self, x: &Tensor<4>, state: &Hidden) -> Hidden {
        Hidden { h: self.fc.forward(x) + &state.h }
    }
}

fn main() {}
