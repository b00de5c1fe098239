//! Mistakes in the default bodies of traits, and in bodies that are generic over a trait that requires a module.

use tiedw::prelude::*;

#[differentiable]
trait Stage {
    fn apply(&self, x: &Tensor<8>) -> Tensor<8>;

    fn twice(&self, x: &Tensor<8>) -> Tensor<8> {
        self.apply(&self.aply(x)) //~ ERROR
    }

    fn activated(&self, x: &Tensor<8>) -> Tensor<8> {
        let y = self.apply(x);
        y.rellu() //~ ERROR
    }

    fn energy(&self, x: &Tensor<8>) -> f32 {
        let y = self.apply(x);
        let square = &y * &y;
        square //~ ERROR
    }
}

#[differentiable]
trait Cell: Module<Elem = f32> {
    fn step(&self, h: &Tensor<8>) -> Tensor<8>;
}

#[derive(Module)]
struct Chain<C> {
    cell: C,
}

#[differentiable]
impl<C: Cell> Chain<C> {
    fn misspelt(&self, x: &Tensor<8>) -> Tensor<8> {
        let h = self.cell.step(x);
        self.cell.stepp(&h) //~ ERROR
    }

    fn wrong_argument(&self, x: &Tensor<8>) -> f32 {
        let h = self.cell.step(x);
        self.cell.step(&h.mean()).sum() //~ ERROR
    }
}

fn main() {}
