use tiedw::Value;
use tiedw::prelude::*;

#[differentiable]
trait Cell {
    type State: Value;

    fn step(&self, x: &Tensor<3>, state: &Self::Stat) -> Self::State; //~
}

#[derive(Module)]
struct Elman {
    fc: Linear<3, 3>,
}

#[differentiable(trait)]
impl Cell for Elman {
    type State = Tensor<3>;

    fn step(&self, x: &Tensor<3>, state: &Self::State) -> Self::State {
        self.fc.forward(x) + state
    }
}

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<3>) -> Self::Code; //~
}

#[differentiable(trait)]
impl Encoder for Elman {
    type Code = Tensor<3>;

    fn encode(&self, x: &Tensor<3>) -> Self::Code {
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Net<C> {
    cell: C,
}

#[differentiable]
impl<C: Cell + Encoder> Net<C> {
    fn loss(&self, x: &Tensor<3>, state: &C::State) -> C::State {
        self.cell.step(x, state)
    }
}

fn main() {}
