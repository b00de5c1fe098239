//! `map` of a tensor takes any function, so it has no gradient.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn of_argument(&self, x: &Tensor<4>) -> f32 {
        x.map(|v| v * 2.0).sum() //~
    }
    fn of_variable(&self, x: &Tensor<4>) -> f32 {
        let y = self.fc.forward(x);
        let z = y.map(|v| v.exp()); //~
        z.sum()
    }
    fn of_call(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).relu().map(|v| v + 1.0).mean() //~
    }
}

fn main() {}
