//! Signatures that differ from those of a trait, where types have other names.

use tiedw::prelude::*;

type Batch = Tensor<4>;
type Narrow = Tensor<3>;
const WIDTH: usize = 4;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
}

#[derive(Value, Clone)]
struct Other {
    h: Tensor<4>,
}

#[differentiable]
trait Cell {
    fn step(&self, x: &Batch) -> Batch;
    fn sized(&self, x: &Tensor<WIDTH>) -> f32;
    fn of_state(&self, state: &State) -> f32;
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 3>,
}

#[differentiable]
impl Cell for Net {
    fn step(&self, x: &Batch) -> Narrow { //~ ERROR
        self.fc.forward(x)
    }
    fn sized(&self, x: &Tensor<3>) -> f32 { //~ ERROR
        x.sum()
    }
    fn of_state(&self, state: &Other) -> f32 { //~ ERROR
        state.h.sum()
    }
}

mod layers {
    use tiedw::prelude::*;

    pub type Hidden = Tensor<4>;

    #[differentiable]
    pub trait Block {
        fn run(&self, x: &Hidden) -> Hidden;
    }
}

mod users {
    use super::layers::*;
    use tiedw::prelude::*;

    #[derive(Module)]
    struct Net {
        fc: Linear<4, 3>,
    }

    #[differentiable]
    impl Block for Net {
        fn run(&self, x: &Hidden) -> Tensor<3> { //~ ERROR
            self.fc.forward(x)
        }
        fn extra(&self, x: &Hidden) -> Tensor<3> { //~ ERROR
            self.fc.forward(x)
        }
    }
}

fn main() {}
