use tiedw::prelude::*;

#[differentiable]
trait Cell {
    type State; //~
    type Memory: Clone; //~
    type Setting;

    fn start(&self, #[constant] setting: &Self::Setting) -> Vec<Self::Memory>;
    fn step(&self, x: &Tensor<4>, state: &Self::State) -> Self::State;
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable(trait)]
impl Cell for Net {
    type State = Tensor<4>;
    type Memory = Tensor<4>;
    type Setting = usize;

    fn start(&self, #[constant] setting: &Self::Setting) -> Vec<Self::Memory> {
        vec![Tensor::zeros([*setting])]
    }
    fn step(&self, x: &Tensor<4>, state: &Self::State) -> Self::State {
        self.fc.forward(x) + state
    }
}

fn main() {}
