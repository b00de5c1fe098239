use std::collections::HashMap;

use tiedw::prelude::*;

struct Stats<T> {
    mean: T,
}

#[derive(Clone)]
enum Mode {
    Train,
}

#[derive(Module)]
struct Scaled<E: Element> {
    fc: WithElem<Linear<4, 4>, E>,
    stats: Stats<E>, //~
}

#[differentiable]
impl<E: Element> Scaled<E> {
    fn loss(&self, x: &Tensor<4, E>) -> E {
        self.fc.forward(x).sum() * self.stats.mean
    }
}

#[derive(Module)]
struct Wrapper<A> {
    inner: A,
    mode: Option<Mode>,              //~
    by_name: HashMap<String, Vec<A>>, //~
}

#[differentiable]
impl<A: Layer<Input = Tensor<4>, Output = Tensor<4>>> Wrapper<A> {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.inner.forward(x).sum()
    }
}

fn main() {
    let net = Wrapper { inner: Linear::<4, 4>::init(&mut rand::rng()), mode: None, by_name: HashMap::new() };
    let (_, gradient) = net.loss_and_grad(&Tensor::zeros([1]));
    assert_eq!(gradient.parameters().count(), net.zeros_like().parameters().count());
}
