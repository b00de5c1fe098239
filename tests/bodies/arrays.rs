//! `map` of arrays and of lists of parts, `each_ref` and `array::from_fn`.

use crate::{agree_all, agree_in_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    heads: [Square; 3],
    blocks: Vec<Square>,
    #[module(skip)]
    ks: [usize; 2],
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net { heads: Init::init(rng), blocks: (0..2).map(|_| Init::init(rng)).collect(), ks: [2, 3] }
}

#[differentiable]
impl Net {
    fn of_array(&self, ys: [Numbers; 2]) -> f64 {
        let [a, b] = ys.map(|y| y.tanh());
        (a * b).sum()
    }
}

#[differentiable]
impl Net {
    fn each_ref_map(&self, x: &Numbers) -> f64 {
        let ys = self.heads.each_ref().map(|h| h.forward(x).tanh());
        ys.iter().map(|y| y.sum()).sum()
    }

    fn each_ref_map_pat(&self, x: &Numbers) -> f64 {
        let [a, b, c] = self.heads.each_ref().map(|h| h.forward(x).tanh());
        (a * b + c).sum()
    }

    fn each_ref_of_argument(&self, x: &Numbers) -> f64 {
        self.each_ref_of_reference(&[x.clone(), self.heads[0].forward(x)], &[[x.clone(), x * 2.0]])
    }

    fn each_ref_of_reference(&self, xs: &[Numbers; 2], lists: &[[Numbers; 2]]) -> f64 {
        let mut sum: f64 = xs.each_ref().map(|x| self.heads[1].forward(x).sum()).iter().sum();
        for list in lists {
            let sums: [f64; 2] = list.each_ref().map(|x| self.heads[2].forward(x).sum());
            sum += sums[0] * sums[1];
        }
        sum
    }

    fn each_ref_for(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.heads.each_ref() {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn each_ref_iter(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.heads.each_ref().iter() {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn each_ref_iter_map(&self, x: &Numbers) -> f64 {
        self.heads.each_ref().iter().map(|b| b.forward(x).tanh().sum()).sum()
    }

    fn each_ref_into_iter_map(&self, x: &Numbers) -> f64 {
        self.heads.each_ref().into_iter().map(|b| b.forward(x).tanh().sum()).sum()
    }

    fn each_ref_let(&self, x: &Numbers) -> f64 {
        let [a, b, c] = self.heads.each_ref();
        (a.forward(x) * b.forward(x) + c.forward(x)).sum()
    }

    fn each_ref_let_name(&self, x: &Numbers) -> f64 {
        let heads = self.heads.each_ref();
        heads[0].forward(&heads[2].forward(x).tanh()).sum()
    }

    fn from_fn(&self, x: &Numbers) -> f64 {
        let ys: [Numbers; 3] = std::array::from_fn(|i| self.heads[i].forward(x).tanh());
        ys.iter().map(|y| y.sum()).sum()
    }

    fn from_fn_infer(&self, x: &Numbers) -> f64 {
        let [a, b] = std::array::from_fn(|i| self.heads[i].forward(x).tanh());
        (a * b).sum()
    }

    fn from_fn_turbo(&self, x: &Numbers) -> f64 {
        let ys = std::array::from_fn::<_, 3, _>(|i| self.heads[i].forward(x).tanh());
        (&ys[0] * &ys[2]).sum()
    }

    fn from_fn_use(&self, x: &Numbers) -> f64 {
        use std::array;
        let ys: [Numbers; 3] = array::from_fn(|i| self.heads[i].forward(x).tanh());
        (&ys[0] * &ys[2]).sum()
    }

    fn from_fn_nums(&self, x: &Numbers) -> f64 {
        let ys: [f64; 3] = std::array::from_fn(|i| self.heads[i].forward(x).tanh().sum() * i as f64);
        ys[1] * ys[2]
    }

    fn map_array_value(&self, x: &Numbers) -> f64 {
        let ys = [self.heads[0].forward(x), self.heads[1].forward(x)].map(|y| y.tanh());
        (&ys[0] * &ys[1]).sum()
    }

    fn map_array_named(&self, x: &Numbers) -> f64 {
        let ys = [self.heads[0].forward(x), self.heads[1].forward(x)];
        let zs = ys.map(|y| y.tanh());
        (&zs[0] * &zs[1]).sum()
    }

    fn map_array_each_ref_named(&self, x: &Numbers) -> f64 {
        let ys = [self.heads[0].forward(x), self.heads[1].forward(x)];
        let zs = ys.each_ref().map(|y| y.tanh());
        (&zs[0] * &zs[1] + &ys[0]).sum()
    }

    fn map_refs_to_parts(&self, x: &Numbers) -> f64 {
        let zs = [&self.heads[0], &self.heads[1], &self.blocks[0]].map(|l| l.forward(x).tanh());
        (&zs[0] * &zs[1] + &zs[2]).sum()
    }

    fn array_of_indices_map(&self, x: &Numbers) -> f64 {
        let zs = [0, 2].map(|i| self.heads[i].forward(x).tanh());
        (&zs[0] * &zs[1]).sum()
    }

    fn array_const_map(&self, x: &Numbers) -> f64 {
        let scales = [0.5, 2.0];
        let zs = scales.map(|s| self.heads[0].forward(x).tanh() * s);
        (&zs[0] * &zs[1]).sum()
    }

    fn repeat_map(&self, x: &Numbers) -> f64 {
        let zs = [0.0_f64; 2].map(|z| self.heads[0].forward(x) + z);
        (&zs[0] * &zs[1]).sum()
    }

    fn vec_from_fn(&self, x: &Numbers) -> f64 {
        let zs = Vec::from_iter(self.heads.iter().map(|h| h.forward(x).tanh()));
        zs[0].sum() + zs[1].sum()
    }

    fn each_ref_zip(&self, x: &Numbers) -> f64 {
        let mut t = 0.0;
        for (i, h) in self.heads.each_ref().into_iter().enumerate() {
            t += h.forward(x).tanh().sum() * i as f64;
        }
        t
    }

    fn iter_from_array(&self, x: &Numbers) -> f64 {
        self.heads.each_ref().iter().zip([1.0, 2.0, 3.0]).map(|(h, w)| h.forward(x).sum() * w).sum()
    }

    fn argument_array(&self, x: &Numbers) -> f64 {
        self.of_array([self.heads[0].forward(x), x.clone()])
    }

    fn chained_maps(&self, x: &Numbers) -> f64 {
        let [a, b, c] = self.heads.each_ref().map(|h| h.forward(x)).map(|y| y.tanh());
        (a * b + c).sum()
    }

    fn from_fn_leaves(&self, x: &Numbers) -> f64 {
        let ys: [Numbers; 2] = std::array::from_fn(|i| {
            if i == 0 {
                return x.clone();
            }
            self.heads[i].forward(x)
        });
        (&ys[0] * &ys[1]).sum()
    }

    fn map_index(&self, x: &Numbers) -> f64 {
        let ys: [Numbers; 3] = [0, 1, 2].map(|i| self.heads[i].forward(x));
        let zs: [f64; 3] = ys.each_ref().map(|y| y.tanh().sum());
        zs[0] * zs[1] + zs.iter().sum::<f64>() + ys[2].sum()
    }

    fn settings(&self, x: &Numbers) -> f64 {
        let ks = self.ks.map(|k| k as f64 * 2.0);
        let ms = self.ks.each_ref().map(|k| *k + 1);
        (self.heads[0].forward(x) * ks[0] * ms[1] as f64).sum()
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), each_ref_map each_ref_map_and_grad, each_ref_of_argument each_ref_of_argument_and_grad,
each_ref_map_pat each_ref_map_pat_and_grad,
each_ref_for each_ref_for_and_grad,
each_ref_iter each_ref_iter_and_grad,
each_ref_iter_map each_ref_iter_map_and_grad,
each_ref_into_iter_map each_ref_into_iter_map_and_grad,
each_ref_let each_ref_let_and_grad,
each_ref_let_name each_ref_let_name_and_grad,
from_fn from_fn_and_grad,
from_fn_infer from_fn_infer_and_grad,
from_fn_turbo from_fn_turbo_and_grad,
from_fn_use from_fn_use_and_grad,
from_fn_nums from_fn_nums_and_grad,
map_array_value map_array_value_and_grad,
map_array_named map_array_named_and_grad,
map_array_each_ref_named map_array_each_ref_named_and_grad,
map_refs_to_parts map_refs_to_parts_and_grad,
array_of_indices_map array_of_indices_map_and_grad,
array_const_map array_const_map_and_grad,
repeat_map repeat_map_and_grad,
vec_from_fn vec_from_fn_and_grad,
each_ref_zip each_ref_zip_and_grad,
iter_from_array iter_from_array_and_grad,
argument_array argument_array_and_grad,
chained_maps chained_maps_and_grad,
from_fn_leaves from_fn_leaves_and_grad,
map_index map_index_and_grad,
settings settings_and_grad);
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(net, &x, each_ref_map each_ref_map_vjp, each_ref_map_pat each_ref_map_pat_vjp, each_ref_for each_ref_for_vjp, each_ref_iter each_ref_iter_vjp, each_ref_iter_map each_ref_iter_map_vjp, each_ref_into_iter_map each_ref_into_iter_map_vjp, each_ref_let each_ref_let_vjp, each_ref_let_name each_ref_let_name_vjp, from_fn from_fn_vjp, from_fn_infer from_fn_infer_vjp, from_fn_turbo from_fn_turbo_vjp, from_fn_use from_fn_use_vjp, from_fn_nums from_fn_nums_vjp, map_array_value map_array_value_vjp, map_array_named map_array_named_vjp, map_array_each_ref_named map_array_each_ref_named_vjp, map_refs_to_parts map_refs_to_parts_vjp, array_of_indices_map array_of_indices_map_vjp, array_const_map array_const_map_vjp, repeat_map repeat_map_vjp, vec_from_fn vec_from_fn_vjp, each_ref_zip each_ref_zip_vjp, iter_from_array iter_from_array_vjp, argument_array argument_array_vjp, chained_maps chained_maps_vjp, from_fn_leaves from_fn_leaves_vjp, map_index map_index_vjp, settings settings_vjp);
}
