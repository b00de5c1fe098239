//! Mistakes in the syntax of bodies: who calls them is not told of it again.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    const SCALE: f32 = 2.0;

    fn loss(&self, x: &Tensor<4>, target: &Tensor<4>) -> f32 {
        let h = self.fc.forward(x) //~ no semicolon
        mse_loss(&h, target)
    }
    fn no_name(&self, x: &Tensor<4>) -> f32 {
        let y = self.fc.forward(x).; //~ no method
        y.sum()
    }
    fn no_operand(&self, x: &Tensor<4>) -> f32 {
        let mut sum = x.sum();
        sum += *; //~ no operand
        sum
    }
    fn whole(&self, x: &Tensor<4>) -> f32 {
        self.loss(x, x)
    }
}

#[differentiable]
fn free(x: &Tensor<4>) -> f32 {
    let h = x.tanh() //~ no semicolon
    h.sum()
}

#[differentiable]
trait Stage {
    fn apply(&self, x: &Tensor<4>) -> Tensor<4>;

    fn twice(&self, x: &Tensor<4>) -> Tensor<4> {
        let h = self.apply(x) //~ no semicolon
        self.apply(&h)
    }
}

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
}

#[differentiable(value)]
impl State {
    fn sum(&self) -> f32 {
        let h = &self.h //~ no semicolon
        h.sum()
    }
}

fn train(net: &Net, x: &Tensor<4>, state: &State) {
    let _ = net.loss(x, x) + net.loss_and_grad(x, x).0 + net.whole_and_grad(x).0 + net.no_name(x) + net.no_operand_vjp(x).0;
    let _ = free(x) + free_vjp(x).0 + state.sum() + Net::SCALE;
}

fn main() {}
