//! Loops and chains over parts of the module in several lists, and in options.

use crate::{agree_all, agree_in_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Stage {
    blocks: Vec<Square>,
    down: Option<Square>,
}

#[differentiable]
impl Stage {
    fn run(&self, x: &Numbers) -> Numbers {
        let mut h = x.clone();
        for block in &self.blocks {
            h = block.forward(&h).tanh();
        }
        h
    }
}

#[derive(Module, Clone)]
struct Net {
    vv: Vec<Vec<Square>>,
    vo: Vec<Option<Square>>,
    ov: Option<Vec<Square>>,
    stages: Vec<Stage>,
    opt: Option<Square>,
    a: Vec<Square>,
    b: [Square; 2],
    aa: [[Square; 2]; 2],
    #[module(skip)]
    sizes: Vec<Vec<usize>>,
}

fn net() -> Net {
    let rng = &mut rng(1);
    let mut list = |count: usize| -> Vec<Square> { (0..count).map(|_| Init::init(rng)).collect() };
    Net {
        stages: vec![Stage { blocks: list(2), down: list(1).pop() }, Stage { blocks: list(1), down: None }],
        vv: vec![list(2), list(1)],
        vo: vec![list(1).pop(), None, list(1).pop()],
        ov: Some(list(2)),
        opt: list(1).pop(),
        a: list(2),
        b: [list(1).remove(0), list(1).remove(0)],
        aa: Init::init(rng),
        sizes: vec![vec![2, 3], vec![4]],
    }
}

#[differentiable]
impl Net {
    fn for_vv(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vv.iter().flatten() {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_vo(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vo.iter().flatten() {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_ov(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.ov.iter().flatten() {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_aa(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.aa.iter().flatten() {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_flat_map(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.stages.iter().flat_map(|s| s.blocks.iter()) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_flat_map_ref(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.stages.iter().flat_map(|s| &s.blocks) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn map_flat_map(&self, x: &Numbers) -> f64 {
        self.stages.iter().flat_map(|s| s.blocks.iter()).map(|b| b.forward(x).tanh().sum()).sum()
    }

    fn fold_flat_map(&self, x: &Numbers) -> f64 {
        self.stages.iter().flat_map(|s| &s.blocks).fold(x.clone(), |h, b| b.forward(&h).tanh()).sum()
    }

    fn flatten_enumerate(&self, x: &Numbers) -> f64 {
        let mut t = 0.0;
        for (i, b) in self.vv.iter().flatten().enumerate() {
            t += b.forward(x).tanh().sum() * i as f64;
        }
        t
    }

    fn flatten_map(&self, x: &Numbers) -> f64 {
        self.vv.iter().flatten().map(|b| b.forward(x).tanh().sum()).sum()
    }

    fn flatten_fold(&self, x: &Numbers) -> f64 {
        self.vv.iter().flatten().fold(x.clone(), |h, b| b.forward(&h).tanh()).sum()
    }

    fn vo_map(&self, x: &Numbers) -> f64 {
        self.vo.iter().flatten().map(|b| b.forward(x).tanh().sum()).sum()
    }

    fn ov_map(&self, x: &Numbers) -> f64 {
        self.ov.iter().flatten().map(|b| b.forward(x).tanh().sum()).sum()
    }

    fn for_filter_map(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vo.iter().filter_map(|b| b.as_ref()) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_filter_map_path(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vo.iter().filter_map(Option::as_ref) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_filter_map_down(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.stages.iter().filter_map(|s| s.down.as_ref()) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn filter_map_map(&self, x: &Numbers) -> f64 {
        self.vo.iter().filter_map(|b| b.as_ref()).map(|b| b.forward(x).tanh().sum()).sum()
    }

    fn opt_iter_chain(&self, x: &Numbers) -> f64 {
        self.opt.iter().fold(x.clone(), |h, b| b.forward(&h).tanh()).sum()
    }

    fn for_chain(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.a.iter().chain(self.b.iter()) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_chain_ref(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.a.iter().chain(&self.b) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_chain_opt(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.a.iter().chain(&self.opt) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn chain_fold(&self, x: &Numbers) -> f64 {
        self.a.iter().chain(&self.b).fold(x.clone(), |h, b| b.forward(&h).tanh()).sum()
    }

    fn chain_three(&self, x: &Numbers) -> f64 {
        self.a.iter().chain(&self.b).chain(&self.opt).fold(x.clone(), |h, b| b.forward(&h).tanh()).sum()
    }

    fn for_chain_enum(&self, x: &Numbers) -> f64 {
        let mut t = 0.0;
        for (i, b) in self.a.iter().chain(&self.b).enumerate() {
            t += b.forward(x).tanh().sum() * i as f64;
        }
        t
    }

    fn for_once_chain(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in std::iter::once(&self.b[0]).chain(&self.a) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_map_field(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.stages.iter().map(|s| &s.blocks[0]) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_filter(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for s in self.stages.iter().filter(|s| s.blocks.len() > 1) {
            h = s.run(&h).tanh();
        }
        h.sum()
    }

    fn for_filter_some(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for s in self.stages.iter().filter(|s| s.down.is_some()) {
            h = s.run(&h).tanh();
        }
        h.sum()
    }

    fn nested_some(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for s in &self.stages {
            h = s.run(&h);
            if let Some(d) = &s.down {
                h = d.forward(&h).tanh();
            }
        }
        h.sum()
    }

    fn if_some_in_vo(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for s in &self.vo {
            if let Some(d) = s {
                h = d.forward(&h).tanh();
            }
        }
        h.sum()
    }

    fn for_some_let_else(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for s in &self.vo {
            let Some(d) = s else { continue };
            h = d.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_match_vo(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for s in &self.vo {
            match s {
                Some(d) => h = d.forward(&h).tanh(),
                None => continue,
            }
        }
        h.sum()
    }

    fn for_flatten_rev(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vv.iter().rev().flatten() {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_flatten_take(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vv.iter().flatten().take(2) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn for_flatten_skip(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vv.iter().flatten().skip(1) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn concat_vv(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vv.iter().flat_map(|v| v) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn flat_into(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in (&self.vv).into_iter().flatten() {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn breaks(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.vv.iter().flatten() {
            if h.sum() > 1e9 {
                break;
            }
            h = b.forward(&h).tanh();
        }
        let mut n = 0;
        for b in self.stages.iter().flat_map(|s| &s.blocks) {
            n += 1;
            if n == 1 {
                continue;
            }
            h = b.forward(&h).tanh();
            if n == 2 {
                break;
            }
        }
        h.sum()
    }

    fn labels(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        'outer: for b in self.a.iter().chain(&self.b) {
            for i in 0..5 {
                if i == 3 {
                    continue 'outer;
                }
                if h.sum() > 1e9 {
                    break 'outer;
                }
                if i == 1 {
                    continue;
                }
                h = b.forward(&h).tanh();
                let mut rounds = 0;
                loop {
                    rounds += 1;
                    if rounds == i + 1 {
                        break;
                    }
                }
            }
        }
        h.sum()
    }

    fn leave_early(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for (i, b) in self.a.iter().chain(&self.opt).chain(self.vo.iter().flatten()).enumerate() {
            if i == 4 {
                return h.sum();
            }
            h = b.forward(&h).tanh();
        }
        0.0
    }

    fn deep(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self
            .stages
            .iter()
            .filter(|s| s.blocks.len() < 5)
            .flat_map(|stage| stage.blocks.iter().skip(1).chain(&stage.down))
        {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn weights(&self, x: &Numbers) -> f64 {
        self.vv.iter().flatten().map(|b| (&b.weight * &b.weight).sum() * x.sum()).sum()
    }

    fn weights_of(&self, x: &Numbers) -> f64 {
        self.a.iter().chain(&self.b).map(|b| &b.weight).map(|w| (w * w).sum() * x.sum()).sum()
    }

    fn sizes(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for &size in self.sizes.iter().flatten() {
            h = h * size as f64;
        }
        let n: usize = self.sizes.iter().map(|s| s.len()).sum();
        let most = self.sizes.iter().flatten().filter(|s| **s > 2).count();
        (self.a[0].forward(&h) * (n + most) as f64).sum()
    }

    fn fold_over_options(&self, x: &Numbers) -> f64 {
        self.vo.iter().flatten().fold(x.clone(), |h, b| b.forward(&h)).sum()
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), for_vv for_vv_and_grad,
for_vo for_vo_and_grad,
for_ov for_ov_and_grad,
for_aa for_aa_and_grad,
for_flat_map for_flat_map_and_grad,
for_flat_map_ref for_flat_map_ref_and_grad,
map_flat_map map_flat_map_and_grad,
fold_flat_map fold_flat_map_and_grad,
flatten_enumerate flatten_enumerate_and_grad,
flatten_map flatten_map_and_grad,
flatten_fold flatten_fold_and_grad,
vo_map vo_map_and_grad,
ov_map ov_map_and_grad,
for_filter_map for_filter_map_and_grad,
for_filter_map_path for_filter_map_path_and_grad,
for_filter_map_down for_filter_map_down_and_grad,
filter_map_map filter_map_map_and_grad,
opt_iter_chain opt_iter_chain_and_grad,
for_chain for_chain_and_grad,
for_chain_ref for_chain_ref_and_grad,
for_chain_opt for_chain_opt_and_grad,
chain_fold chain_fold_and_grad,
chain_three chain_three_and_grad,
for_chain_enum for_chain_enum_and_grad,
for_once_chain for_once_chain_and_grad,
for_map_field for_map_field_and_grad,
for_filter for_filter_and_grad,
for_filter_some for_filter_some_and_grad,
nested_some nested_some_and_grad,
if_some_in_vo if_some_in_vo_and_grad,
for_some_let_else for_some_let_else_and_grad,
for_match_vo for_match_vo_and_grad,
for_flatten_rev for_flatten_rev_and_grad,
for_flatten_take for_flatten_take_and_grad,
for_flatten_skip for_flatten_skip_and_grad,
concat_vv concat_vv_and_grad,
flat_into flat_into_and_grad,
breaks breaks_and_grad,
labels labels_and_grad,
leave_early leave_early_and_grad,
deep deep_and_grad,
weights weights_and_grad,
weights_of weights_of_and_grad,
sizes sizes_and_grad,
fold_over_options fold_over_options_and_grad);
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(net, &x, for_vv for_vv_vjp, for_vo for_vo_vjp, for_ov for_ov_vjp, for_aa for_aa_vjp, for_flat_map for_flat_map_vjp, for_flat_map_ref for_flat_map_ref_vjp, map_flat_map map_flat_map_vjp, fold_flat_map fold_flat_map_vjp, flatten_enumerate flatten_enumerate_vjp, flatten_map flatten_map_vjp, flatten_fold flatten_fold_vjp, vo_map vo_map_vjp, ov_map ov_map_vjp, for_filter_map for_filter_map_vjp, for_filter_map_path for_filter_map_path_vjp, for_filter_map_down for_filter_map_down_vjp, filter_map_map filter_map_map_vjp, opt_iter_chain opt_iter_chain_vjp, for_chain for_chain_vjp, for_chain_ref for_chain_ref_vjp, for_chain_opt for_chain_opt_vjp, chain_fold chain_fold_vjp, chain_three chain_three_vjp, for_chain_enum for_chain_enum_vjp, for_once_chain for_once_chain_vjp, for_map_field for_map_field_vjp, for_filter for_filter_vjp, for_filter_some for_filter_some_vjp, nested_some nested_some_vjp, if_some_in_vo if_some_in_vo_vjp, for_some_let_else for_some_let_else_vjp, for_match_vo for_match_vo_vjp, for_flatten_rev for_flatten_rev_vjp, for_flatten_take for_flatten_take_vjp, for_flatten_skip for_flatten_skip_vjp, concat_vv concat_vv_vjp, flat_into flat_into_vjp, breaks breaks_vjp, labels labels_vjp, leave_early leave_early_vjp, deep deep_vjp, weights weights_vjp, weights_of weights_of_vjp, sizes sizes_vjp, fold_over_options fold_over_options_vjp);
}
