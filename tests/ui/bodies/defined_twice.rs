//! Methods, functions, types and traits of which an earlier one has the name.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>, scale: f32) -> f32 { //~
        self.fc.forward(x).sum() * scale
    }
    fn other(&self, x: &Tensor<4>) -> f32 {
        self.loss(x)
    }
}

trait Total {
    fn loss(&self, x: &Tensor<4>) -> f32;
}

#[differentiable]
impl Total for Net {
    fn loss(&self, x: &Tensor<4>) -> f32 { //~
        self.fc.forward(x).mean()
    }
}

#[differentiable]
fn square(x: f32) -> f32 {
    x * x
}

#[differentiable]
fn square(x: f32) -> f32 { //~
    x * x
}

#[differentiable]
#[differentiable] //~
fn cube(x: f32) -> f32 {
    x * x * x
}

#[derive(Value)]
struct State {
    h: Tensor<4>,
}

#[differentiable(value)]
impl State {
    fn total(&self) -> f32 {
        self.h.sum()
    }
}

#[differentiable(value)]
impl State {
    fn total(&self) -> f32 { //~
        self.h.sum()
    }
}

#[derive(Value)]
struct State { //~
    h: Tensor<4>,
}

#[derive(Module)]
struct Net { //~
    fc: Linear<4, 4>,
}

#[differentiable]
trait Stage {
    fn apply(&self, x: &Tensor<4>) -> Tensor<4>;
    fn apply(&self, x: &Tensor<4>) -> f32; //~
}

#[differentiable]
trait Stage { //~
    fn apply(&self, x: &Tensor<4>) -> Tensor<4>;
}

/// Another module has names of its own.
mod inside {
    use tiedw::prelude::*;

    #[derive(Module)]
    struct Net {
        fc: Linear<4, 4>,
    }

    #[differentiable]
    impl Net {
        fn loss(&self, x: &Tensor<4>) -> f32 {
            square(self.fc.forward(x).sum())
        }
    }

    #[differentiable]
    fn square(x: f32) -> f32 {
        x * x
    }
}

fn main() {
    let net = Net { fc: Linear { weight: Matrix::zeros(), bias: Vector::zeros() } };
    net.loss_and_grad(&Tensor::zeros([1]));
    square_vjp(2.0);
}
