use std::collections::HashMap;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

pub struct Config {
    steps: usize,
}

struct Stats<const D: usize> {
    mean: [f32; D],
}

#[derive(Module)]
pub struct Net<const D: usize> {
    fc: Linear<D, D>,
    config: Config, //~
}

#[differentiable]
impl<const D: usize> Net<D> {
    fn loss(&self, x: &Tensor<D>) -> f32 {
        let mut h = x.clone();
        for _ in 0..self.config.steps {
            h = self.fc.forward(&h);
        }
        h.sum()
    }
}

#[derive(Module)]
struct First<const D: usize, const BIAS: bool> {
    stats: Stats<D>, //~
    table: Tensor<D>, //~
    fc: Linear<D, D>,
    net: Later<D>,
}

#[derive(Module)]
struct Later<const D: usize> {
    boxed: Option<Box<Linear<D, D>>>, //~
    named: HashMap<String, Linear<D, D>>, //~
}

#[derive(Module)]
pub struct Wrapper<M: Module> {
    inner: M,
    config: Config, //~
}

#[derive(Module)]
struct Numbers<E: Element> {
    fc: WithElem<Linear<2, 2>, E>,
    config: Config, //~
}

#[derive(Module)]
pub struct Alone<const D: usize> {
    config: Config, //~
}

#[derive(Module)]
pub struct Public {
    config: Config, //~
    fc: Linear<2, 2>,
}

fn main() {
    let rng = &mut StdRng::seed_from_u64(0);
    let mut net = Net { fc: Linear::<2, 2>::init(rng), config: Config { steps: 2 } };
    let (_, grads) = net.loss_and_grad(&Tensor::zeros([1]));
    Sgd::new(0.1).step(&mut net, &grads);
}
