//! Methods that a trait of another module has not, and one that a trait without the attribute lacks.

use tiedw::prelude::*;

mod cells {
    use tiedw::prelude::*;

    #[differentiable]
    pub trait Cell {
        fn run(&self, x: &Tensor<4>) -> Tensor<4>;
    }
}

use cells::{Cell, CellView};

trait Plain {
    fn run(&self, x: &Tensor<4>) -> Tensor<4>;
    fn loss(&self, x: &Tensor<4>) -> f32;
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable(trait)]
impl Cell for Net {
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }

    fn loss(&self, x: &Tensor<4>) -> f32 { //~ ERROR
        self.run(x).sum()
    }
}

#[derive(Module)]
struct Other {
    fc: Linear<4, 4>,
}

#[differentiable(trait)]
impl cells::Cell for Other {
    fn rum(&self, x: &Tensor<4>) -> Tensor<4> { //~ ERROR
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Third {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Plain for Third { //~ ERROR
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }

    fn extra(&self, x: &Tensor<4>) -> Tensor<4> { //~ ERROR
        self.fc.forward(x)
    }
}

fn main() {}
