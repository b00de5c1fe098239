//! Sums and products of options, results and numbers of a type parameter.

use crate::{agree_all, agree_in_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    blocks: Vec<Square>,
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net { blocks: (0..3).map(|_| Init::init(rng)).collect() }
}

#[differentiable]
fn total<E: Element>(xs: &[Tensor<4, E>]) -> E {
    xs.iter().map(|x| x.sum()).sum()
}

#[differentiable]
fn total_turbo<E: Element>(xs: &[Tensor<4, E>]) -> E {
    xs.iter().map(|x| x.sum() * x.mean()).sum::<E>()
}

#[differentiable]
fn total_let<E: Element>(xs: &[Tensor<4, E>]) -> E {
    let s: E = xs.iter().map(|x| x.sum()).sum();
    s * s
}

#[differentiable]
fn total_of_references<E: Element>(xs: &[Tensor<4, E>]) -> E {
    let sums: Vec<E> = xs.iter().map(|x| x.sum()).collect();
    sums.iter().copied().sum::<E>() * sums.iter().copied().product::<E>()
}

#[differentiable]
impl Net {
    fn generic(&self, x: &Numbers) -> f64 {
        total(&self.blocks.iter().map(|b| b.forward(x).tanh()).collect::<Vec<_>>())
    }

    fn generic_turbo(&self, x: &Numbers) -> f64 {
        total_turbo(&self.blocks.iter().map(|b| b.forward(x).tanh()).collect::<Vec<_>>())
    }

    fn generic_let(&self, x: &Numbers) -> f64 {
        total_let(&self.blocks.iter().map(|b| b.forward(x).tanh()).collect::<Vec<_>>())
    }

    fn opt_sum(&self, x: &Numbers) -> f64 {
        self.blocks.iter().map(|b| Some(b.forward(x).tanh().sum())).sum::<Option<f64>>().unwrap()
    }

    fn opt_sum_let(&self, x: &Numbers) -> f64 {
        let s: Option<f64> = self.blocks.iter().map(|b| Some(b.forward(x).tanh().sum())).sum();
        s.unwrap()
    }

    fn opt_sum_q(&self, x: &Numbers) -> f64 {
        let f: Vec<Option<f64>> = self.blocks.iter().map(|b| Some(b.forward(x).tanh().sum())).collect();
        let s: f64 = f.into_iter().sum::<Option<f64>>().unwrap_or(0.0);
        s
    }

    fn res_sum(&self, x: &Numbers) -> f64 {
        let s: Result<f64, String> = self
            .blocks
            .iter()
            .map(|b| if x.rows() > 0 { Ok(b.forward(x).tanh().sum()) } else { Err("no".to_string()) })
            .sum();
        s.unwrap()
    }

    fn res_prod(&self, x: &Numbers) -> f64 {
        self.blocks
            .iter()
            .map(|b| if x.rows() > 0 { Ok(b.forward(x).tanh().sum()) } else { Err("no".to_string()) })
            .product::<Result<f64, String>>()
            .unwrap()
    }

    fn opt_prod(&self, x: &Numbers) -> f64 {
        self.blocks.iter().map(|b| Some(b.forward(x).tanh().sum())).product::<Option<f64>>().unwrap()
    }

    fn collect_res(&self, x: &Numbers) -> f64 {
        let v = self
            .blocks
            .iter()
            .map(|b| if x.rows() > 0 { Ok(b.forward(x).tanh()) } else { Err("no".to_string()) })
            .collect::<Result<Vec<_>, String>>()
            .unwrap();
        (&v[0] * &v[1]).sum()
    }

    fn collect_res_let(&self, x: &Numbers) -> f64 {
        let v: Result<Vec<_>, String> = self
            .blocks
            .iter()
            .map(|b| if x.rows() > 0 { Ok(b.forward(x).tanh()) } else { Err("no".to_string()) })
            .collect();
        let v = v.unwrap();
        (&v[0] * &v[1]).sum()
    }

    fn collect_res_let2(&self, x: &Numbers) -> f64 {
        let v: Vec<Numbers> = self
            .blocks
            .iter()
            .map(|b| if x.rows() > 0 { Ok(b.forward(x).tanh()) } else { Err("no".to_string()) })
            .collect::<Result<_, String>>()
            .unwrap();
        (&v[0] * &v[1]).sum()
    }

    fn prod_f(&self, x: &Numbers) -> f64 {
        self.blocks.iter().map(|b| b.forward(x).tanh().sum()).product::<f64>()
    }

    fn prod_let(&self, x: &Numbers) -> f64 {
        let p: f64 = self.blocks.iter().map(|b| b.forward(x).tanh().sum()).product();
        p * p
    }

    fn sum_tensor(&self, x: &Numbers) -> f64 {
        let p: Numbers = self.blocks.iter().map(|b| b.forward(x).tanh()).sum();
        p.sum()
    }

    fn sum_tensor_turbo(&self, x: &Numbers) -> f64 {
        self.blocks.iter().map(|b| b.forward(x).tanh()).sum::<Numbers>().sum()
    }

    fn sum_div(&self, x: &Numbers) -> f64 {
        self.blocks.iter().map(|b| b.forward(x).tanh().sum()).sum::<f64>() / self.blocks.len() as f64
    }

    fn generic_refs(&self, x: &Numbers) -> f64 {
        total_of_references(&self.blocks.iter().map(|b| b.forward(x).tanh()).collect::<Vec<_>>())
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), generic generic_and_grad,
generic_turbo generic_turbo_and_grad,
generic_let generic_let_and_grad,
opt_sum opt_sum_and_grad,
opt_sum_let opt_sum_let_and_grad,
opt_sum_q opt_sum_q_and_grad,
res_sum res_sum_and_grad,
res_prod res_prod_and_grad,
opt_prod opt_prod_and_grad,
collect_res collect_res_and_grad,
collect_res_let collect_res_let_and_grad,
collect_res_let2 collect_res_let2_and_grad,
prod_f prod_f_and_grad,
prod_let prod_let_and_grad,
sum_tensor sum_tensor_and_grad,
sum_tensor_turbo sum_tensor_turbo_and_grad,
sum_div sum_div_and_grad,
generic_refs generic_refs_and_grad);
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(net, &x, generic generic_vjp, generic_turbo generic_turbo_vjp, generic_let generic_let_vjp, opt_sum opt_sum_vjp, opt_sum_let opt_sum_let_vjp, opt_sum_q opt_sum_q_vjp, res_sum res_sum_vjp, res_prod res_prod_vjp, opt_prod opt_prod_vjp, collect_res collect_res_vjp, collect_res_let collect_res_let_vjp, collect_res_let2 collect_res_let2_vjp, prod_f prod_f_vjp, prod_let prod_let_vjp, sum_tensor sum_tensor_vjp, sum_tensor_turbo sum_tensor_turbo_vjp, sum_div sum_div_vjp, generic_refs generic_refs_vjp);
}
