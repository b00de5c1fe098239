//! A module that holds a list of itself.

use crate::{check, check_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Tree {
    fc: WithElem<Linear<3, 3>, f64>,
    #[tie(weight = fc.weight.t())]
    back: WithElem<Linear<3, 3, Tied>, f64>,
    children: Vec<Tree>,
}

#[differentiable(recursive)]
impl Tree {
    fn forward(&self, x: &Numbers) -> Numbers {
        let mut h = self.back.forward(&self.fc.forward(x).tanh());
        for child in &self.children {
            h = &h + child.forward(&h);
        }
        h
    }

    /// Of its branches, the first is called by index.
    fn loss(&self, x: &Numbers) -> f64 {
        let first = self.children[0].forward(x);
        (&first * self.forward(x)).sum()
    }
}

fn tree(children: Vec<Tree>, seed: u64) -> Tree {
    let mut rng = rng(seed);
    Tree { fc: Init::init(&mut rng), back: Init::init(&mut rng), children }
}

#[test]
fn gradients_reach_each_depth() {
    let net = tree(vec![tree(vec![tree(vec![], 1), tree(vec![], 2)], 3), tree(vec![], 4)], 5);
    let x = uniform(2, 6);
    assert_eq!(net.loss_and_grad(&x).0, net.loss(&x));
    check(&net, |net| net.loss_and_grad(&x));
    let (_, pullback) = net.loss_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    check_input(&x, |x| net.loss(x), dx);
}
