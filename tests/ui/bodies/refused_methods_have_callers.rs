//! Methods that are refused by their signature: who calls them is not told of it again.

use tiedw::prelude::*;

#[derive(Module)]
struct Critic {
    fc: Linear<4, 1>,
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    calls: Vec<Linear<4, 4>>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>, critic: &Critic) -> f32 { //~ a module
        critic.fc.forward(&self.fc.forward(x)).mean()
    }
    fn run<'a>(&self, xs: impl Iterator<Item = &'a Tensor<4>>) -> f32 { //~ an iterator
        xs.map(|x| self.fc.forward(x).sum()).sum()
    }
    fn printed(&self, x: &Tensor<4>, what: &impl std::fmt::Display) -> f32 { //~ may be no value
        println!("{what}");
        self.fc.forward(x).sum()
    }
    fn count(&mut self, x: &Tensor<4>) -> f32 { //~ mutable
        self.calls = Vec::new();
        self.fc.forward(x).sum()
    }
    async fn later(&self, x: &Tensor<4>) -> f32 { //~ async
        self.fc.forward(x).sum()
    }
    unsafe fn raw(&self, x: &Tensor<4>) -> f32 { //~ unsafe
        self.fc.forward(x).sum()
    }
    fn first<'a>(&self, x: &'a [Tensor<4>]) -> &'a Tensor<4> { //~ a reference
        &x[0]
    }
    fn whole(&self, x: &Tensor<4>, critic: &Tensor<4>) -> f32 {
        self.run(vec![x, critic].into_iter()) + self.fc.forward(x).sum()
    }
}

#[derive(Module)]
struct Outer {
    net: Net,
}

#[differentiable]
impl Outer {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.net.count(x) + self.net.printed(x, &3)
    }
}

trait Stage {
    fn stage(&self, x: &Tensor<4>) -> &Linear<4, 4>;
    fn apply(&self, x: &Tensor<4>, layer: &Linear<4, 4>) -> Tensor<4>;
}

#[differentiable]
impl Stage for Outer {
    fn stage(&self, x: &Tensor<4>) -> &Linear<4, 4> { //~ a reference
        &self.net.fc
    }
    fn apply(&self, x: &Tensor<4>, layer: &Linear<4, 4>) -> Tensor<4> { //~ a layer
        layer.forward(x)
    }
}

#[differentiable]
fn of_layer(x: &Tensor<4>, layer: &Linear<4, 4>) -> f32 { //~ a layer
    layer.forward(x).sum()
}

#[differentiable]
fn calls(x: &Tensor<4>, #[constant] layer: &Linear<4, 4>) -> f32 {
    of_layer(x, layer)
}

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
}

#[differentiable(value)]
impl State {
    fn step(&self, layer: &Linear<4, 4>) -> Tensor<4> { //~ a layer
        layer.forward(&self.h)
    }
    fn clear(&mut self) { //~ mutable
        self.h = Tensor::zeros([1]);
    }
}

fn train(net: &mut Net, critic: &Critic, x: &Tensor<4>, state: &mut State) {
    let _ = net.loss(x, critic) + net.loss_and_grad(x, critic).0 + net.run([x].into_iter());
    let _ = net.run_and_grad([x].into_iter()).0 + net.printed_and_grad(x, &"text").0 + net.count_and_grad(x).0;
    let _ = net.first(std::slice::from_ref(x)).rows();
    let _ = async { net.later(x).await };
    let _ = of_layer_vjp(x, &net.fc).0 + of_layer(x, &net.fc);
    let _ = state.step(&net.fc);
    state.clear();
}

fn main() {}
