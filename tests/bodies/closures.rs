//! Closures, and iterator chains with closures.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    heads: [WithElem<Linear<3, 3>, f64>; 3],
    #[module(skip)]
    sizes: Vec<usize>,
}

fn net() -> Net {
    Net { sizes: vec![1, 2, 3], ..Net::init(&mut rng(51)) }
}

#[differentiable]
fn outputs_of(squares: &[f64]) -> Vec<f64> {
    squares.iter().map(|s| s * s).collect()
}

#[differentiable]
impl Net {
    fn closures(&self, x: &Numbers) -> f64 {
        let scale = 0.5;
        let step = |h: &Numbers, times: f64| self.fc.forward(h).tanh() * times * scale;
        let h = step(x, 2.0);
        let h = step(&h, 1.5) + &h;
        let penalty = |h: &Numbers| {
            if h.rows() == 1 {
                return h.sum();
            }
            (h * h).sum() * scale
        };
        let mut count = 0;
        let mut next = |h: Numbers| {
            count += 1;
            h * count as f64
        };
        let h = next(h);
        let h = next(h);
        let (a, b) = (h.mean(), h.sum());
        let f = |a: f64, b: f64| a - b * b;
        let swapped = f(b, a) + f(f(b, a), f(a, b));
        swapped + penalty(&h) + penalty(x) + (|a: f64| a * h.sum())(2.0)
    }

    fn chains(&self, x: &Numbers) -> f64 {
        let zero = x * 0.0;
        let best = self.heads.iter().map(|head| head.forward(x)).fold(zero, |a, b| a + b);
        let outputs: Vec<_> = self.heads.iter().map(|head| head.forward(&best).tanh()).collect();
        let sums: f64 = outputs.iter().map(|h| h.sum()).sum();
        let total: Numbers = outputs.iter().sum();
        let squares = outputs.iter().map(|h| (h * h).sum()).collect::<Vec<f64>>();
        let odd: f64 = squares.iter().enumerate().filter(|(i, _)| i % 2 == 1).map(|(_, s)| s * 3.0).sum();
        let last = outputs.iter().map(|h| h * 2.0).last().unwrap();
        let largest = squares.iter().cloned().reduce(|a, b| if a > b { a } else { b }).unwrap();
        let products: f64 = outputs.iter().zip(&squares).map(|(h, s)| h.mean() * s).sum();
        let first: f64 = outputs.iter().map(|h| h.mean()).take(2).sum();
        let pairs: f64 = outputs.windows(2).map(|pair| mse_loss(&pair[0], &pair[1])).sum();
        let count = outputs.iter().filter(|h| h.sum() > -1e9).count();
        let positive = squares.iter().all(|s| *s >= 0.0) && !squares.iter().any(|s| *s < 0.0);
        let positive = if positive { 1.0 } else { 0.0 };
        let (ones, twos): (Vec<_>, Vec<_>) = outputs.iter().map(|h| (h.sum(), h.mean())).unzip();
        let crossed: f64 = ones.iter().flat_map(|a| twos.iter().map(|b| a * b).collect::<Vec<_>>()).sum();
        let mut loss = sums + total.mean() + odd + last.sum() + largest + products + first + pairs;
        loss = loss * count as f64 * positive + crossed;
        outputs.into_iter().for_each(|h| loss += h.mean());
        for h in squares.iter().map(|s| s * 0.1) {
            loss += h;
        }
        let folded = outputs_of(&squares).iter().fold(0.0, |a, s| a + s * 2.0);
        loss += folded * 2.0;
        let data: usize = self.sizes.iter().map(|size| size * 2).sum();
        let more = (0..3).map(|i| self.sizes[i]).max().unwrap();
        loss * (data + more) as f64
    }

    fn ranges(&self, x: &Numbers, steps: usize) -> f64 {
        let outputs: Vec<Numbers> = (0..steps).map(|i| self.heads[i].forward(x) * (i + 1) as f64).collect();
        let by_index: f64 = (0..outputs.len()).map(|i| outputs[i].sum() * (i + 1) as f64).sum();
        by_index + (0..steps).rev().map(|i| mse_loss(&outputs[i], x)).sum::<f64>()
    }

    fn options(&self, x: &Numbers, with: bool) -> f64 {
        let h = if with { Some(self.fc.forward(x)) } else { None };
        let sum = h.as_ref().map(|h| h.sum()).unwrap_or(x.mean());
        let mean = match h {
            Some(ref h) => h.mean(),
            None => self.fc.forward(x).mean(),
        };
        sum * mean
    }
}

#[test]
fn gradients_flow_through_closures_and_chains() {
    let x = uniform::<3>(2, 8);
    check(&net(), |net| net.closures_and_grad(&x));
    assert_eq!(net().closures(&x), net().closures_and_grad(&x).0);
    check(&net(), |net| net.chains_and_grad(&x));
    assert_eq!(net().chains(&x), net().chains_and_grad(&x).0);
    check(&net(), |net| net.ranges_and_grad(&x, 2));
    check(&net(), |net| net.options_and_grad(&x, true));
    check(&net(), |net| net.options_and_grad(&x, false));
}
