//! Operators by the path of their trait, as in `fold(0.0, Add::add)`.

use std::ops::Add;

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<4, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<4, 4>, f64>,
}

#[differentiable]
impl Net {
    fn fold1(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x).sum(), 2.0];
        v.iter().copied().fold(0.0, Add::add) + v.iter().fold(1.0, std::ops::Mul::mul)
    }
    fn fold2(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x).sum(), 2.0];
        v.into_iter().map(|x| x.sin()).fold(0.0, std::ops::Add::add)
    }
    fn fold3(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x), x.sin()];
        let t = v.iter().cloned().reduce(Add::add).unwrap();
        let u = v.iter().fold(x.clone(), |a, b| Add::add(a, b));
        (t * u).sum()
    }
    fn neg(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x), x.sin()];
        let w: Vec<T> = v.into_iter().map(std::ops::Neg::neg).collect();
        w.iter().map(|x| x.tanh().sum()).sum()
    }
}

#[test]
fn operators_have_paths() {
    let net = Net { fc: Init::init(&mut rng(1)) };
    let x = uniform(2, 2);
    agree_all!(&net, (&x), fold1 fold1_and_grad, fold2 fold2_and_grad, fold3 fold3_and_grad, neg neg_and_grad);
}
