//! A companion that is forgotten in an import is reported once for a module.

use tiedw::prelude::*;

mod cells {
    use tiedw::prelude::*;

    #[differentiable]
    pub trait Cell {
        fn step(&self, x: &Tensor<4>) -> Tensor<4>;

        fn twice(&self, x: &Tensor<4>) -> Tensor<4> {
            self.step(&self.step(x))
        }
    }
}

use cells::Cell;

#[differentiable]
trait Deep: Cell { //~ ERROR
    fn deep(&self, x: &Tensor<4>) -> Tensor<4> {
        self.step(x)
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Cell for Net {
    fn step(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

#[differentiable]
impl Deep for Net {}

#[derive(Module)]
struct Outer<C> {
    cell: C,
}

#[differentiable]
impl<C: Cell> Outer<C> {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.cell.twice(&self.cell.step(x)).sum()
    }
}

fn main() {}
