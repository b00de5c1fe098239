use tiedw::param::MatrixView;
use tiedw::prelude::*;

trait Total {
    fn sum(self) -> f32;
}

impl Total for Tensor<4> {
    fn sum(self) -> f32 {
        7.0 * self.as_slice()[0]
    }
}

trait Length {
    fn norm(&self) -> f32;
    fn cube(&self) -> f32;
}

impl Length for MatrixView<'_, 1, 4> {
    fn norm(&self) -> f32 {
        7.0 * self.storage()[0]
    }

    fn cube(&self) -> f32 {
        3.0
    }
}

#[derive(Value, Clone)]
struct Mass {
    m: f32,
}

#[differentiable(value)]
impl Mass {
    fn energy(&self) -> f32 {
        self.m * 2.0
    }
}

trait Run {
    fn energy(self) -> f32;
}

impl Run for Mass {
    fn energy(self) -> f32 {
        50.0 * self.m
    }
}

#[differentiable]
fn of_tensor(x: &Tensor<4>) -> f32 {
    (x * 2.0).sum() //~
}

#[differentiable]
fn of_value(x: f32) -> f32 {
    Mass { m: x }.energy() //~
}

#[derive(Module)]
struct Net {
    w: Matrix<1, 4>,
}

#[differentiable]
impl Net {
    fn of_parameter(&self) -> f32 {
        self.w.norm() //~
    }

    fn other(&self) -> f32 {
        self.w.mean()
    }
}

fn main() {}
