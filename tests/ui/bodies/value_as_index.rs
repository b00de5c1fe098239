//! Lists that are indexed by a value, and compared without `total_cmp`.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn number(&self, x: &Tensor<4>, table: &[f32]) -> f32 {
        let y = self.fc.forward(x).sum();
        table[y] //~ ERROR
    }

    fn tensor(&self, x: &Tensor<4>) -> f32 {
        let (table, y) = ([1.0, 2.0], self.fc.forward(x));
        table[y] * x.sum() //~ ERROR
    }

    fn of_data(&self, x: &Tensor<4>, #[constant] table: &[f32]) -> f32 {
        let y = self.fc.forward(x).sum();
        table[y] * y //~ ERROR
    }

    fn least(&self, xs: &[f32]) -> f32 {
        xs.iter().copied().min().unwrap() //~ ERROR
    }

    fn largest(&self, xs: &[f32]) -> f32 {
        *xs.iter().max().unwrap() //~ ERROR
    }
}

fn main() {}
