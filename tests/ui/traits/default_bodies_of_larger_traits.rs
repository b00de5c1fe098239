//! Mistakes in the default bodies of traits with bounds, constants and types.

use tiedw::Value;
use tiedw::prelude::*;

#[differentiable]
trait Cell: Module<Elem = f32> + Clone {
    type State: Value + Clone;
    const STEPS: usize = 3;

    fn start(&self) -> Self::State;
    fn step(&self, x: &Tensor<4>, state: &Self::State) -> Tensor<4>;

    fn name(&self) -> &str {
        "cell"
    }

    fn unknown_variable(&self, x: &Tensor<4>) -> f32 {
        self.step(y, &self.start()).sum() //~ ERROR
    }

    fn unknown_method(&self, x: &Tensor<4>) -> f32 {
        self.step(x, &self.start()).summ() //~ ERROR
    }

    fn own_method(&self, x: &Tensor<4>) -> f32 {
        self.stepp(x, &self.start()).sum() //~ ERROR
    }

    fn other_type(&self, x: &Tensor<4>) -> f32 {
        self.step(x, &self.start()) //~ ERROR
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }

    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.run(y).sum() //~ ERROR
    }
}

fn main() {}
