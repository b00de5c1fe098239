//! Iterators that have a name.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: [WithElem<Linear<3, 3>, f64>; 3],
}

#[differentiable]
impl Net {
    fn next(&self, x: &T, y: &[T]) -> f64 {
        let mut it = y.iter();
        let first = it.next().unwrap();
        let mut t = self.fc.forward(first).sum();
        for u in it {
            t = t * 0.5 + self.fc.forward(u).sum();
        }
        t
    }

    fn listed(&self, x: &T, y: &[T]) -> f64 {
        let mut it = y.iter();
        let sums = vec![self.fc.forward(it.next().unwrap()).sum(), it.next().unwrap().mean()];
        sums[0] * sums[1]
    }

    fn peeked(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let mut it = l.iter().enumerate().peekable();
        let mut t = 0.0;
        while let Some((i, v)) = it.next() {
            t += v * v * (i + it.len()) as f64;
            if it.peek().is_none() {
                t *= 2.0;
            }
        }
        t
    }

    fn owned(&self, x: &T, y: &[T]) -> f64 {
        let l = vec![self.fc.forward(x), x.tanh()];
        let mut it = l.into_iter();
        let (a, b) = (it.next().unwrap(), it.next().unwrap());
        (a * b).sum()
    }

    fn two(&self, x: &T, y: &[T]) -> f64 {
        let (mut t, mut p) = (0.0, y.iter());
        let mut q = y.iter().rev();
        while let (Some(a), Some(b)) = (p.next(), q.next()) {
            t += (self.fc.forward(a) * b).sum();
        }
        t
    }

    fn in_a_loop(&self, x: &T, y: &[T]) -> f64 {
        let mut it = y.iter();
        let mut t = 1.0;
        loop {
            let Some(u) = it.next() else { break };
            t = t * 0.5 + self.fc.forward(u).sum();
        }
        t
    }
}

#[test]
fn items_are_taken_one_by_one() {
    let net = Net::init(&mut rng(3));
    let (x, y) = (uniform(2, 5), [uniform(2, 6), uniform(2, 7), uniform(2, 8)]);
    agree_all!(
        &net, (&x, &y),
        next next_and_grad, listed listed_and_grad, peeked peeked_and_grad, owned owned_and_grad,
        two two_and_grad, in_a_loop in_a_loop_and_grad,
    );
}
