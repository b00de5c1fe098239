//! A closure or an iterator is no value that a method returns. What follows at the callers is not reported.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn scaled(&self, k: f32) -> impl Fn(f32) -> f32 { //~
        move |x| x * k
    }
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.scaled(2.0)(self.fc.forward(x).sum())
    }
    fn sums(&self, xs: Vec<Tensor<4>>) -> (f32, impl Iterator<Item = f32>) { //~
        (1.0, xs.into_iter().map(|x| x.sum()))
    }
}

#[differentiable]
fn scaled(k: f32) -> impl Fn(f32) -> f32 { //~
    move |x| x * k
}

fn main() {}
