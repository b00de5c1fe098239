//! Conditions that change values.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<4, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<4, 4>, f64>,
}

#[differentiable]
impl Net {
    fn cond(&self, x: &T) -> f64 {
        let mut list = Vec::new();
        let mut push = |v: f64| {
            list.push(v);
            list.len() < 3
        };
        let h = self.fc.forward(x).sum();
        if push(h) {
            push(h * h);
        }
        if !push(h.sin()) {
            push(3.0 * h);
        }
        list.iter().sum()
    }
    fn cond2(&self, x: &T) -> f64 {
        let mut list = Vec::new();
        let mut push = |v: f64| {
            list.push(v);
            list.len() < 3
        };
        let h = self.fc.forward(x).sum();
        let mut k = 1.0;
        while push(h * k) {
            k += 1.0;
        }
        list.iter().map(|x| x * x).sum()
    }
    fn popped(&self, x: &T) -> f64 {
        let mut sums = vec![self.fc.forward(x).sum(), x.mean()];
        let mut loss = x.sum() * sums[0];
        while sums.pop().unwrap() < 0.1 && !sums.is_empty() {
            loss = loss * 2.0 * sums[0];
        }
        loss
    }
    fn in_block(&self, x: &T) -> f64 {
        let mut h = self.fc.forward(x).sum();
        let is_large = {
            h = h * 2.0;
            h
        } > 1.0;
        if is_large { h } else { h * 2.0 }
    }
    fn else_if(&self, x: &T) -> f64 {
        let mut list = vec![self.fc.forward(x).sum(), x.sum()];
        let h = list[0];
        if h > 1e9 {
            0.0
        } else if list.pop().unwrap() > -1e9 && list.len() == 1 || {
            list.push(h * h);
            false
        } {
            list.iter().sum::<f64>() * h
        } else {
            list.iter().sum()
        }
    }
}

#[test]
fn conditions_change_values() {
    let net = Net { fc: Init::init(&mut rng(1)) };
    let x = uniform(2, 2);
    agree_all!(&net, (&x), cond cond_and_grad, cond2 cond2_and_grad, popped popped_and_grad, in_block in_block_and_grad, else_if else_if_and_grad);
}
