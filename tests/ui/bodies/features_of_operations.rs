//! Parameters of other features than the tensor that they are combined with.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 5>,
    #[module(init = ones)]
    table: Matrix<3, 2>,
    #[module(init = ones)]
    least: Vector<2>,
}

#[differentiable]
impl Net {
    fn products(&self, x: &Tensor<4>) -> Tensor<3> {
        x.matmul_t(&self.table) //~
    }

    fn bounded(&self, x: &Tensor<4>) -> Tensor<5> {
        self.fc.forward(x).maximum(&self.least) //~
    }
}

fn main() {}
