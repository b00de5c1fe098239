//! Parts of the module in lists of tuples, in tuples of options, and under the name of an iterator.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;
type Dense = WithElem<Linear<3, 3>, f64>;
type Norm = WithElem<LayerNorm<3>, f64>;

#[derive(Clone, Copy, PartialEq)]
enum Act {
    Tanh,
    Scaled(f64),
}

#[derive(Module, Clone)]
struct Net {
    fc: Dense,
    cells: [Dense; 3],
    #[module(init = |rng| vec![Norm::init(rng), Norm::init(rng)])]
    norms: Vec<Norm>,
    #[module(init = |rng| Some(Dense::init(rng)))]
    head: Option<Dense>,
    #[module(init = |_| None)]
    other: Option<Dense>,
}

#[differentiable]
impl Net {
    fn side_by_side(&self, x: &Numbers, by: f64) -> f64 {
        let mut h = x.clone();
        let mut total = 0.0;
        for (layer, act) in
            [(&self.fc, Act::Tanh), (&self.cells[0], Act::Scaled(0.5)), (&self.cells[1], Act::Tanh)]
        {
            h = match act {
                Act::Tanh => layer.forward(&h).tanh(),
                Act::Scaled(by) => layer.forward(&h) * by,
            };
            if act == Act::Tanh {
                continue;
            }
            total += h.sum();
        }
        for (layer, norm, weight, _) in
            [(&self.fc, &self.norms[0], by, true), (&self.cells[2], &self.norms[1], -by, x.rows() > 1)]
                .into_iter()
        {
            h = norm.forward(&layer.forward(&h)) * weight;
        }
        h.tanh().sum() + total
    }

    fn options(&self, x: &Numbers, deep: bool) -> f64 {
        let (Some(head), true) = (&self.head, deep && x.rows() > 1) else { return self.fc.forward(x).sum() };
        let (Some(second), y, Some(first)) = (self.cells.get(1), head.forward(x), self.cells.first()) else {
            return head.forward(x).sum();
        };
        let (Some(none), Some(head)) = (&self.other, &self.head) else {
            return second.forward(&first.forward(&y)).tanh().sum();
        };
        none.forward(&head.forward(x)).sum()
    }

    fn inline_lists(&self) -> f64 {
        let decay: f64 =
            [&self.fc, &self.cells[0]].iter().map(|layer| (&layer.weight * &layer.weight).sum()).sum();
        let biases: f64 =
            [&self.cells[1], &self.cells[2]].into_iter().map(|layer| layer.bias.sum() * 0.5).sum();
        decay - biases
    }

    fn named_iterator(&self, x: &Numbers) -> f64 {
        let mut cells = self.cells.iter();
        let mut h = cells.next().unwrap().forward(x).tanh();
        let left = cells.len();
        if let Some(peeked) = self.norms.first() {
            h = peeked.forward(&h);
        }
        for cell in cells {
            h = cell.forward(&h).tanh();
        }
        let mut norms = self.norms.iter();
        while let Some(norm) = norms.next() {
            h = norm.forward(&h) * left as f64;
        }
        h.tanh().sum()
    }

    fn cycle(&self, x: &Numbers, xs: &[Numbers]) -> f64 {
        let mut h = x.clone();
        for (cell, by) in self.cells.iter().cycle().take(5).zip([0.5, 1.5].into_iter().cycle()) {
            h = cell.forward(&h) * by;
        }
        let ys: Vec<Numbers> = self
            .cells
            .iter()
            .zip(xs.iter().cycle().skip(1))
            .map(|(cell, x)| cell.forward(x).tanh())
            .collect();
        ys.iter().map(|y| (y * &h).sum()).sum()
    }
}

#[test]
fn lists_of_tuples_with_parts() {
    let x = uniform(2, 830);
    let net = Net::init(&mut rng(831));
    check(&net, |net| net.side_by_side_and_grad(&x, 0.4));
    check(&net, |net| net.inline_lists_and_grad());
}

#[test]
fn tuples_of_options() {
    let x = uniform(2, 832);
    let net = Net::init(&mut rng(833));
    check(&net, |net| net.options_and_grad(&x, true));
    check(&net, |net| net.options_and_grad(&x, false));
}

#[test]
fn iterators_over_parts() {
    let (x, xs) = (uniform(2, 834), [uniform(2, 835), uniform(2, 836)]);
    let net = Net::init(&mut rng(837));
    check(&net, |net| net.named_iterator_and_grad(&x));
    check(&net, |net| net.cycle_and_grad(&x, &xs));
}
