//! Functions that call each other through files, and methods through impls of traits and through the parts of a module.

mod odd;

use crate::{check, check_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<3, f64>;

#[differentiable]
pub(crate) fn even(x: &Numbers, n: usize) -> Numbers {
    if n == 0 { x.tanh() } else { odd::odd(&(x * x), n - 1) }
}

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Numbers, n: usize) -> Numbers;
}

trait Decoder {
    fn decode(&self, x: &Numbers, n: usize) -> Numbers;
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    children: Vec<Net>,
}

#[differentiable]
impl Encoder for Net {
    fn encode(&self, x: &Numbers, n: usize) -> Numbers {
        if n == 0 { self.fc.forward(x) } else { self.decode(&even(x, n), n - 1) }
    }
}

#[differentiable]
impl Decoder for Net {
    fn decode(&self, x: &Numbers, n: usize) -> Numbers {
        if n == 0 { x.tanh() } else { self.encode(&self.fc.forward(x), n - 1) }
    }
}

#[differentiable]
impl Net {
    fn all(&self, x: &Numbers) -> Numbers {
        let mut h = self.encode(x, 3);
        for child in &self.children {
            h = h + child.all(x);
        }
        h
    }

    fn loss(&self, x: &Numbers) -> f64 {
        (self.all(x) * x).sum()
    }
}

#[test]
fn gradients_flow_around() {
    let mut rng = rng(0);
    let child = Net { children: Vec::new(), fc: Init::init(&mut rng) };
    let net = Net { children: vec![child], fc: Init::init(&mut rng) };
    let x = uniform(2, 1);
    assert_eq!(net.loss_and_grad(&x).0, net.loss(&x));
    check(&net, |net| net.loss_and_grad(&x));
    let (_, pullback) = net.loss_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    check_input(&x, |x| net.loss(x), dx);
}
