//! Closures that are passed to functions without companions, or whose companions are not imported.

use tiedw::prelude::*;

mod functions {
    use tiedw::prelude::*;

    #[differentiable]
    pub fn apply(f: impl Fn(f32) -> f32, x: f32) -> f32 {
        f(x)
    }

    #[differentiable]
    pub fn later(x: f32, f: impl Fn(f32) -> f32) -> f32 {
        f(x)
    }
}
use functions::{apply, later};

#[differentiable]
fn doubled(x: f32) -> f32 {
    apply(|y| y * 2.0, x) //~
}

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Block {
    fn run(&self, x: &Tensor<4>, f: impl Fn(&Tensor<4>) -> Tensor<4>) -> Tensor<4> {
        f(&self.fc.forward(x))
    }

    fn own(&self, x: &Tensor<4>) -> Tensor<4> {
        self.run(x, |h| h.tanh() * 2.0)
    }
}

#[derive(Module)]
struct Net {
    block: Block,
    #[module(init = ones)]
    gain: Vector<4>,
}

#[differentiable]
impl Net {
    fn of_method(&self, x: &Tensor<4>) -> Tensor<4> {
        self.block.run(x, |h| h.tanh() * 2.0)
    }

    fn of_parameter(&self, x: &Tensor<4>) -> f32 {
        apply(|y| y * self.gain[0], x.sum()) //~
    }

    fn of_plain(&self, x: &Tensor<4>) -> f32 {
        plain(|y| y * self.gain[0], x.sum()) //~
    }

    fn of_function(&self, x: &Tensor<4>) -> f32 {
        later(x.sum(), |y| y.exp()) //~
    }

    fn by_path(&self, x: &Tensor<4>) -> f32 {
        functions::later(x.sum(), |y| y * self.gain[1])
    }

    fn of_constant(&self, x: &Tensor<4>) -> f32 {
        constant(x.sum(), |y| y.exp())
    }
}

fn plain(f: impl Fn(f32) -> f32, x: f32) -> f32 {
    f(x)
}

#[differentiable]
fn constant(x: f32, #[constant] f: impl Fn(f32) -> f32) -> f32 {
    x * stop_gradient(f(3.0))
}

fn main() {}
