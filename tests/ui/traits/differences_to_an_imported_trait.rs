use tiedw::prelude::*;

mod cells {
    use tiedw::Value;
    use tiedw::prelude::*;

    #[differentiable]
    pub trait Cell<const D: usize> {
        type State: Value;

        fn start(&self, rows: usize) -> Self::State;
        fn step(&self, x: &Tensor<D>, state: &Self::State) -> Self::State;
    }

    #[differentiable]
    pub trait Encoder {
        fn encode(&self, x: &Tensor<3>) -> Tensor<3>;
    }
}

use cells::{Cell, CellView, Encoder, EncoderView};

#[derive(Module)]
struct NoState {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Cell<3> for NoState { //~
    fn start(&self, rows: usize) -> Tensor<3> {
        Tensor::zeros([rows])
    }
    fn step(&self, x: &Tensor<3>, state: &Tensor<3>) -> Tensor<3> {
        self.fc.forward(x) + state
    }
}

#[derive(Module)]
struct NoStart {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Cell<3> for NoStart { //~
    type State = Tensor<3>;

    fn step(&self, x: &Tensor<3>, state: &Tensor<3>) -> Tensor<3> {
        self.fc.forward(x) + state
    }
}

#[derive(Module)]
struct NoArgument {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Encoder for NoArgument {
    fn encode(&self, x: &Tensor<3>, depth: usize) -> Tensor<3> { //~
        self.fc.forward(x) * depth as f32
    }
}

#[derive(Module)]
struct OtherResult {
    fc: Linear<3, 4>,
}

#[differentiable(trait)]
impl cells::Encoder for OtherResult {
    fn encode(&self, x: &Tensor<3>) -> Tensor<4> { //~
        self.fc.forward(x)
    }
}

fn main() {}
