//! Parts of the module that a branch chooses, and lists of them.

use crate::{check, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    a: Square,
    b: Square,
    #[module(init = |rng| (0..3).map(|_| Init::init(rng)).collect())]
    blocks: Vec<Square>,
    #[module(init = |rng| Some(Init::init(rng)))]
    opt: Option<Square>,
    #[module(init = ones)]
    scale: Vector<4, f64>,
    #[module(init = ones)]
    shift: Vector<4, f64>,
}

#[differentiable]
impl Net {
    fn chosen(&self, x: &Numbers, deep: bool) -> f64 {
        let block = if deep { &self.a } else { &self.b };
        block.forward(&block.forward(x).tanh()).sum()
    }

    fn listed(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for layer in [&self.a, &self.b] {
            h = layer.forward(&h).tanh();
        }
        for (i, layer) in [&self.b, &self.a, &self.blocks[1]].iter().enumerate() {
            h = layer.forward(&h) * (i as f64 + 1.0);
        }
        h.sum()
    }

    fn list_with_a_name(&self, x: &Numbers, k: usize) -> f64 {
        let all = [&self.a, &self.b];
        let mut h = all[k].forward(x);
        for layer in all {
            h = layer.forward(&h).tanh();
        }
        for layer in all.iter().rev() {
            h = layer.forward(&h).tanh();
        }
        all[1 - k].forward(&h).sum()
    }

    fn matched(&self, x: &Numbers, k: usize) -> f64 {
        let block = match k {
            0 => &self.a,
            1 => &self.blocks[0],
            _ => &self.b,
        };
        let s = if x.sum() > 0.0 { &self.scale } else { &self.shift };
        (block.forward(x) * s).sum()
    }

    fn there_or_else(&self, x: &Numbers) -> f64 {
        let block = match &self.opt {
            Some(block) => block,
            None => &self.a,
        };
        let other = if let Some(block) = self.blocks.first() { block } else { &self.a };
        other.forward(&block.forward(x)).sum()
    }

    fn in_a_loop(&self, x: &Numbers, k: usize) -> f64 {
        let mut h = x.clone();
        for i in 0..3 {
            let block = if i == k { &self.a } else { &self.b };
            h = block.forward(&h).tanh();
            if h.sum() > 1e9 {
                break;
            }
        }
        (if k == 1 { &self.a } else { &self.b }).forward(&h).sum()
    }

    fn in_chains(&self, x: &Numbers) -> f64 {
        let outs: Vec<Numbers> = [&self.a, &self.b].iter().map(|l| l.forward(x)).collect();
        let folded = [&self.a, &self.b].into_iter().fold(x.clone(), |h, l| l.forward(&h).tanh());
        (&outs[0] * &outs[1] + folded).sum()
    }

    fn or_left(&self, x: &Numbers, k: usize) -> f64 {
        let block = match k {
            0 => &self.a,
            1 => return x.sum() * self.b.forward(x).mean(),
            _ => &self.b,
        };
        block.forward(x).sum()
    }

    fn else_if(&self, x: &Numbers, deep: bool) -> f64 {
        let block = if deep {
            &self.a
        } else if x.rows() > 1 {
            &self.b
        } else {
            &self.blocks[2]
        };
        let head = if deep { &self.blocks[1] } else { &self.a };
        head.forward(&block.forward(x)).sum()
    }
}

#[test]
fn parts_that_a_branch_chooses_get_their_gradient() {
    let net = Net::init(&mut rng(1));
    let x = uniform(2, 5);
    for k in [true, false] {
        check(&net, |net| net.chosen_and_grad(&x, k));
    }
    check(&net, |net| net.listed_and_grad(&x));
    for k in 0..2 {
        check(&net, |net| net.list_with_a_name_and_grad(&x, k));
    }
    for k in 0..3 {
        check(&net, |net| net.matched_and_grad(&x, k));
    }
    check(&net, |net| net.there_or_else_and_grad(&x));
    for k in 0..2 {
        check(&net, |net| net.in_a_loop_and_grad(&x, k));
    }
    check(&net, |net| net.in_chains_and_grad(&x));
    for k in 0..3 {
        check(&net, |net| net.or_left_and_grad(&x, k));
    }
    for k in [true, false] {
        check(&net, |net| net.else_if_and_grad(&x, k));
    }
}
