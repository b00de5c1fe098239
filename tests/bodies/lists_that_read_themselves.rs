//! Methods that change a list, with arguments that read it.

use tiedw::prelude::*;

use crate::{agree_all, uniform};

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    v: Vector<3, f64>,
}

#[differentiable]
impl Net {
    fn numbers(&self, x: &T) -> f64 {
        let mut list = vec![x.mean(), self.v[0], 2.0];
        list.push(list[0]);
        list.push(list[list.len() - 1]);
        list.insert(0, list[1]);
        list.insert(list.len(), list[1] * 3.0);
        list.push(*list.last().unwrap());
        list.extend(vec![list[0]; 2]);
        let end = list.len() - 1;
        list.swap(0, end);
        list.truncate(list.len() - 1);
        list.iter().enumerate().map(|(at, number)| number * (at as f64 + 1.0)).sum()
    }

    fn tensors(&self, x: &T) -> f64 {
        let mut list = vec![x * &self.v, x.tanh()];
        list.push(list[0].clone());
        list.insert(1, &list[2] * &list[1]);
        let total = Tensor::stack(&list, 0);
        (&total * &total).sum()
    }

    fn tuples(&self, x: &T) -> f64 {
        let mut state = (x.sum(), vec![(self.v[0], 1.0), (self.v[1], 2.0)]);
        state.1.push((state.1[0].1, state.1[1].0));
        state.1.push(state.1[2]);
        state.1.iter().map(|(a, b)| a * b).sum::<f64>() * state.0
    }

    fn option(&self, x: &T) -> f64 {
        let mut best = Some(x.sum());
        let before = best.replace(best.unwrap() * self.v[0]);
        before.unwrap() + best.unwrap()
    }
}

#[test]
fn lists_read_themselves() {
    let net = Net { v: [0.7, -0.4, 1.2].into() };
    let x = uniform(2, 9);
    agree_all!(&net, (&x), numbers numbers_and_grad,
    tensors tensors_and_grad,
    tuples tuples_and_grad,
    option option_and_grad,
    );
}
