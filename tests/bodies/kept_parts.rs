//! Lists of parts of the module that have a name, and names that are given one part after another.

use crate::{agree_all, agree_in_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<3, f64>;
type Square = WithElem<Linear<3, 3>, f64>;

#[derive(Module, Clone)]
struct Net {
    a: Square,
    b: Square,
    blocks: Vec<Square>,
    arr: [Square; 3],
    #[module(skip)]
    order: Vec<usize>,
    #[module(skip)]
    mask: Vec<bool>,
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net {
        a: Init::init(rng),
        b: Init::init(rng),
        blocks: (0..3).map(|_| Init::init(rng)).collect(),
        arr: Init::init(rng),
        order: vec![2, 0, 2],
        mask: vec![true, false, true],
    }
}

#[differentiable]
impl Net {
    fn all(&self, x: &Numbers) -> f64 {
        let parts: Vec<&Square> = self.blocks.iter().collect();
        let mut h = x.clone();
        for b in parts {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }
    fn in_order_of_a_setting(&self, x: &Numbers) -> f64 {
        let chosen: Vec<_> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let mut h = x.clone();
        for b in chosen.iter().rev() {
            h = b.forward(&h).tanh();
        }
        h = chosen[0].forward(&h) * chosen.len() as f64;
        h.sum()
    }
    fn first_and_last(&self, x: &Numbers, order: &[usize]) -> f64 {
        let chosen: Vec<_> = order.iter().map(|&i| &self.blocks[i]).collect();
        let mut h = x.clone();
        for (i, b) in chosen.iter().enumerate() {
            h = b.forward(&h).tanh() * (i + 1) as f64;
        }
        for b in &chosen {
            h = b.forward(&h).tanh();
        }
        let first = chosen.first().unwrap();
        h = first.forward(&h);
        if let Some(last) = chosen.last() {
            h = last.forward(&h);
        }
        h.sum()
    }
    fn pushed(&self, x: &Numbers, deep: bool) -> f64 {
        let mut list = Vec::new();
        list.push(&self.a);
        if deep {
            list.push(&self.b);
            list.push(&self.blocks[1]);
        }
        let mut h = x.clone();
        for l in &list {
            h = l.forward(&h).tanh();
        }
        while let Some(l) = list.pop() {
            h = l.forward(&h).tanh();
        }
        h.sum()
    }
    fn one_after_another(&self, x: &Numbers, n: usize) -> f64 {
        let mut l = &self.a;
        let mut h = x.clone();
        for _ in 0..n {
            h = l.forward(&h).tanh();
            l = &self.b;
        }
        h.sum()
    }
    fn one_or_another(&self, x: &Numbers, n: usize) -> f64 {
        let mut l = &self.blocks[0];
        let mut h = x.clone();
        for i in 0..n {
            h = l.forward(&h).tanh();
            l = if i % 2 == 0 { &self.b } else { &self.blocks[i % 2] };
        }
        h.sum()
    }
    fn every_second(&self, x: &Numbers) -> f64 {
        let chosen: Vec<&Square> =
            self.blocks.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(_, b)| b).collect();
        chosen.iter().map(|b| b.forward(x).tanh().sum()).sum()
    }
    fn selected_by_a_mask(&self, x: &Numbers) -> f64 {
        let chosen: Vec<_> =
            self.blocks.iter().zip(&self.mask).filter(|(_, m)| **m).map(|(b, _)| b).collect();
        let outs: Vec<Numbers> = chosen.iter().map(|b| b.forward(x).tanh()).collect();
        Tensor::stack(&outs, 0).sum() / chosen.len() as f64
    }
    fn of_two_lists(&self, x: &Numbers) -> f64 {
        let all: Vec<_> = self.blocks.iter().chain(&self.arr).rev().skip(1).collect();
        let mut h = x.clone();
        for (l, k) in all.iter().zip(1..) {
            h = l.forward(&h).tanh() * k as f64;
        }
        h.sum()
    }
    fn stack_that_changes(&self, x: &Numbers) -> f64 {
        let mut stack = vec![&self.a, &self.b];
        stack.push(&self.blocks[0]);
        let mut h = x.clone();
        while let Some(l) = stack.pop() {
            h = l.forward(&h).tanh();
            if stack.len() == 1 {
                stack.push(&self.arr[2]);
                stack.swap(0, 1);
                stack.truncate(1);
            }
        }
        h.sum()
    }
    fn found_by_get(&self, x: &Numbers, picks: &[usize]) -> f64 {
        let chosen: Vec<_> = picks.iter().filter_map(|&i| self.blocks.get(i)).collect();
        chosen.iter().fold(x.clone(), |h, b| b.forward(&h).tanh()).sum()
    }
    fn by_index(&self, x: &Numbers) -> f64 {
        let chosen = (0..self.blocks.len()).rev().map(|i| &self.blocks[i]).collect::<Vec<_>>();
        let mut h = x.clone();
        for i in 0..chosen.len() {
            h = chosen[i].forward(&h).tanh();
        }
        let w = &chosen[1].weight;
        h.sum() + (w * w).sum()
    }
    fn found_in_a_loop(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for b in self.order.iter().map(|&i| &self.blocks[i]) {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), all all_and_grad, in_order_of_a_setting in_order_of_a_setting_and_grad, every_second every_second_and_grad, selected_by_a_mask selected_by_a_mask_and_grad, of_two_lists of_two_lists_and_grad, stack_that_changes stack_that_changes_and_grad, by_index by_index_and_grad, found_in_a_loop found_in_a_loop_and_grad);
    agree_all!(&net, (&x, &[1, 2, 1]), first_and_last first_and_last_and_grad);
    agree_all!(&net, (&x, &[2, 7, 1]), found_by_get found_by_get_and_grad);
    for deep in [true, false] {
        agree_all!(&net, (&x, deep), pushed pushed_and_grad);
    }
    agree_all!(&net, (&x, 3), one_after_another one_after_another_and_grad);
    agree_all!(&net, (&x, 4), one_or_another one_or_another_and_grad);
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(&net, &x, all all_vjp, in_order_of_a_setting in_order_of_a_setting_vjp, every_second every_second_vjp, selected_by_a_mask selected_by_a_mask_vjp, of_two_lists of_two_lists_vjp, stack_that_changes stack_that_changes_vjp, by_index by_index_vjp, found_in_a_loop found_in_a_loop_vjp);
}
