//! The largest and the smallest item of an iterator, by an order of the items or of a key.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn sizes(&self, xs: &[Numbers]) -> f64 {
        let longest = xs.iter().map(|x| x.rows()).max().unwrap();
        let shortest = xs.iter().map(Tensor::rows).min().unwrap_or(1);
        let none = xs.iter().skip(9).map(|x| x.rows()).max().is_none();
        self.fc.forward(&xs[0]).sum() / longest as f64 * (shortest + usize::from(none)) as f64
    }

    /// Of equal keys, the last one is the largest, and the first one the smallest.
    fn by_key(&self, xs: &[Numbers]) -> f64 {
        let last = xs.iter().max_by_key(|x| x.rows()).unwrap();
        let Some(first) = xs.iter().map(|x| self.fc.forward(x)).min_by_key(|y| y.rows()) else { return 0.0 };
        let (place, _) = xs.iter().enumerate().min_by_key(|(place, x)| (x.rows(), 9 - place)).unwrap();
        self.fc.forward(last).sum() + first.mean() + self.fc.forward(&xs[place]).tanh().sum()
    }
}

#[test]
fn extremes_of_sizes_and_keys() {
    let xs: Vec<Numbers> =
        [2, 1, 3, 1, 3].into_iter().zip(840..).map(|(rows, seed)| uniform(rows, seed)).collect();
    let net = Net::init(&mut rng(845));
    check(&net, |net| net.sizes_and_grad(&xs));
    check(&net, |net| net.by_key_and_grad(&xs));
    let [last, first, third] = [&xs[4], &xs[1], &xs[3]].map(|x| net.fc.forward(x));
    assert!((net.by_key(&xs) - (last.sum() + first.mean() + third.tanh().sum())).abs() < 1e-12);
}
