//! Patterns of arguments and of assignments, and indices that the module computes.

use crate::{check, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;
#[derive(Value, Clone, Default)]
struct State {
    h: Vec<Numbers>,
    s: f64,
    n: usize,
}
#[derive(Value, Clone)]
struct Pair(Numbers, f64);

#[derive(Module, Clone)]
struct Net {
    fc: Square,
    #[module(init = |rng| (0..3).map(|_| Init::init(rng)).collect())]
    blocks: Vec<Square>,
}

#[differentiable]
fn product((a, b): (&Numbers, &Numbers), [c, d]: [f64; 2]) -> f64 {
    (a * b).sum() * c + d
}
#[differentiable]
impl Net {
    fn pick(&self, n: usize) -> usize {
        n - 1
    }

    fn is_deep(&self, h: &Numbers) -> bool {
        h.rows() > 1 && self.count() > 1
    }

    fn labelled(&self, (name, h): (&str, &Numbers), list: &[(&str, f64)]) -> f64 {
        if self.is_deep(h) && name == "sum" { h.sum() * list[0].1 } else { h.mean() }
    }

    fn count(&self) -> usize {
        self.blocks.len()
    }

    fn two(&self, (a, b): (&Numbers, &Numbers)) -> Numbers {
        self.fc.forward(a) * b
    }

    fn taken(&self, State { h, s, .. }: &State, Pair(p, k): &Pair) -> f64 {
        (&h[0] * p).sum() * s * k
    }

    fn mutable(&self, (mut h, n): (Numbers, usize)) -> f64 {
        for _ in 0..n {
            h = self.fc.forward(&h);
        }
        h.sum()
    }

    fn tuple_argument(&self, x: &Numbers) -> f64 {
        let labelled = self.labelled(("sum", &self.fc.forward(x)), &[("weight", x.sum())]);
        labelled
            + self.two((x, &self.fc.forward(x))).sum()
            + product((x, &self.fc.forward(x)), [0.5, x.mean()])
    }

    fn default_fields(&self, x: &Numbers) -> f64 {
        let state = State { h: vec![self.fc.forward(x)], s: self.fc.forward(x).mean(), ..Default::default() };
        self.taken(&state, &Pair(self.blocks[0].forward(x), 2.0)) * (state.n + 1) as f64
    }

    fn mutable_argument(&self, x: &Numbers) -> f64 {
        self.mutable((self.fc.forward(x), 2))
    }

    fn to_an_array(&self, x: &Numbers) -> f64 {
        let (mut a, mut b) = (0.0, 1.0);
        for block in &self.blocks {
            let h = block.forward(x);
            [a, b] = [h.mean() + b, h.sum() * 0.1 + a];
        }
        a * b
    }

    fn to_a_struct(&self, x: &Numbers) -> f64 {
        let state = State { h: vec![self.fc.forward(x)], s: self.fc.forward(x).mean(), n: 2 };
        let (mut h, mut s, mut n) = (Vec::new(), 0.0, 0);
        State { h, s, .. } = state.clone();
        State { n, .. } = state;
        h[0].sum() * s * n as f64
    }

    fn to_a_variant(&self, x: &Numbers) -> f64 {
        let (mut h, mut k) = (x.clone(), 0.0);
        Pair(h, k) = Pair(self.fc.forward(x), x.sum());
        k *= 2.0;
        h.sum() * k
    }

    fn computed_index(&self, x: &Numbers) -> f64 {
        let xs: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x)).collect();
        let h = &xs[self.pick(3)] * &xs[self.pick(xs.len())] + xs[self.count() - 2].tanh();
        let g = self.blocks[self.pick(2)].forward(&h);
        let i = self.pick(2);
        (g * &xs[i]).sum()
    }

    fn to_elements(&self, x: &Numbers) -> f64 {
        let mut hs = vec![x.clone(), x.clone()];
        let mut list = [0.0, 1.0];
        (hs[0], list[1]) = (self.fc.forward(x), x.sum());
        [hs[1], ..] = [hs[0].tanh(), x.clone()];
        (&hs[0] * &hs[1]).sum() * list[1]
    }

    fn updated(&self, x: &Numbers) -> f64 {
        let mut state = State::default();
        state = State { s: self.fc.forward(x).sum(), ..state };
        let other = State { n: 3, ..state.clone() };
        other.s * other.n as f64 + state.s
    }

    fn to_nested_tuples(&self, x: &Numbers) -> f64 {
        let (mut a, mut b) = (self.fc.forward(x), x.clone());
        (a, b) = (b, a);
        ((a, _), b) = ((b.clone(), 1), a.tanh());
        (a * b).sum()
    }
}

#[test]
fn patterns_take_values_apart() {
    let net = Net::init(&mut rng(1));
    let x = uniform(2, 5);
    check(&net, |net| net.tuple_argument_and_grad(&x));
    check(&net, |net| net.default_fields_and_grad(&x));
    check(&net, |net| net.mutable_argument_and_grad(&x));
    check(&net, |net| net.to_an_array_and_grad(&x));
    check(&net, |net| net.to_a_struct_and_grad(&x));
    check(&net, |net| net.to_a_variant_and_grad(&x));
    check(&net, |net| net.computed_index_and_grad(&x));
    check(&net, |net| net.to_elements_and_grad(&x));
    check(&net, |net| net.updated_and_grad(&x));
    check(&net, |net| net.to_nested_tuples_and_grad(&x));
}
