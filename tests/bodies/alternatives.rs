//! Patterns with alternatives that bind names.

use crate::{agree_all, agree_in_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: Square,
    blocks: Vec<Square>,
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net { fc: Init::init(rng), blocks: (0..3).map(|_| Init::init(rng)).collect() }
}

#[derive(Value, Clone)]
enum State {
    A(Numbers),
    B(Numbers),
    C { h: Numbers, n: usize },
    D(Numbers, Numbers),
    E,
}

#[differentiable]
impl Net {
    fn plain_arm(&self, x: &Numbers) -> f64 {
        let s = if x.rows() > 1 { State::B(self.fc.forward(x)) } else { State::A(x.clone()) };
        match s {
            State::A(h) | State::B(h) => h.tanh().sum(),
            _ => 0.0,
        }
    }

    fn two_ref(&self, x: &Numbers) -> f64 {
        let s = if x.rows() > 1 { State::B(self.fc.forward(x)) } else { State::A(x.clone()) };
        match &s {
            State::A(h) | State::B(h) => h.tanh().sum(),
            _ => 0.0,
        }
    }

    fn fields(&self, x: &Numbers) -> f64 {
        let s = if x.rows() > 1 { State::C { h: self.fc.forward(x), n: 1 } } else { State::A(x.clone()) };
        match s {
            State::A(h) | State::C { h, .. } => h.tanh().sum(),
            _ => 0.0,
        }
    }

    fn swapped(&self, x: &Numbers) -> f64 {
        let s = State::D(self.fc.forward(x), x.clone());
        match s {
            State::D(a, b) => (a * b.tanh()).sum(),
            State::A(h) | State::B(h) => h.sum(),
            _ => 0.0,
        }
    }

    fn iflet(&self, x: &Numbers) -> f64 {
        let s = if x.rows() > 1 { State::B(self.fc.forward(x)) } else { State::A(x.clone()) };
        if let State::A(h) | State::B(h) = s { h.tanh().sum() } else { 0.0 }
    }

    fn letelse(&self, x: &Numbers) -> f64 {
        let s = if x.rows() > 1 { State::B(self.fc.forward(x)) } else { State::A(x.clone()) };
        let (State::A(h) | State::B(h)) = s else { return 0.0 };
        h.tanh().sum()
    }

    fn matches(&self, x: &Numbers) -> f64 {
        let s = State::B(self.fc.forward(x));
        if matches!(&s, State::A(h) | State::B(h) if h.rows() > 1) { self.fc.forward(x).sum() } else { 0.0 }
    }

    fn nested(&self, x: &Numbers) -> f64 {
        let s = Some(State::B(self.fc.forward(x)));
        match s {
            Some(State::A(h) | State::B(h)) => h.tanh().sum(),
            _ => 0.0,
        }
    }

    fn guard(&self, x: &Numbers) -> f64 {
        let s = if x.rows() > 1 { State::B(self.fc.forward(x)) } else { State::A(x.clone()) };
        match s {
            State::A(h) | State::B(h) if h.rows() > 100 => h.sum(),
            State::A(h) | State::B(h) => h.tanh().sum(),
            _ => 0.0,
        }
    }

    fn guard_val(&self, x: &Numbers) -> f64 {
        let s = if x.rows() > 1 { State::B(self.fc.forward(x)) } else { State::A(x.clone()) };
        match s {
            State::A(h) | State::B(h) if h.sum() > 100.0 => h.sum(),
            State::A(h) | State::B(h) => h.tanh().sum(),
            _ => 0.0,
        }
    }

    fn tuple(&self, x: &Numbers) -> f64 {
        let (a, b) = (Some(self.fc.forward(x)), Some(x.clone()));
        match (a, b) {
            (Some(h), None) | (None, Some(h)) => h.sum(),
            (Some(a), Some(b)) => (a * b).sum(),
            _ => 0.0,
        }
    }

    fn tuple2(&self, x: &Numbers) -> f64 {
        let (a, b): (Option<Numbers>, Option<Numbers>) = (Some(self.fc.forward(x)), None);
        match (a, b) {
            (Some(h), None) | (None, Some(h)) => h.tanh().sum(),
            (Some(a), Some(b)) => (a * b).sum(),
            _ => 0.0,
        }
    }

    fn slice(&self, x: &Numbers) -> f64 {
        let v: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        match &v[..] {
            [a] | [a, _, _] => a.sum(),
            _ => 0.0,
        }
    }

    fn parts(&self, x: &Numbers) -> f64 {
        let a = self.blocks.get(7);
        match (self.blocks.get(7), self.blocks.first()) {
            (Some(b), _) | (None, Some(b)) => b.forward(x).sum(),
            _ => 0.0,
        }
    }

    fn closure_arg(&self, x: &Numbers) -> f64 {
        let s = vec![State::B(self.fc.forward(x)), State::A(x.clone())];
        s.iter()
            .map(|s| match s {
                State::A(h) | State::B(h) => h.tanh().sum(),
                _ => 0.0,
            })
            .sum()
    }

    fn whilelet(&self, x: &Numbers) -> f64 {
        let mut v = vec![State::B(self.fc.forward(x)), State::A(x.clone())];
        let mut t = 0.0;
        while let Some(State::A(h) | State::B(h)) = v.pop() {
            t += h.tanh().sum();
        }
        t
    }

    fn mut_bind(&self, x: &Numbers) -> f64 {
        let s = if x.rows() > 1 { State::B(self.fc.forward(x)) } else { State::A(x.clone()) };
        match s {
            State::A(mut h) | State::B(mut h) => {
                h = h.tanh();
                h.sum()
            }
            _ => 0.0,
        }
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), plain_arm plain_arm_and_grad,
two_ref two_ref_and_grad,
fields fields_and_grad,
swapped swapped_and_grad,
iflet iflet_and_grad,
letelse letelse_and_grad,
matches matches_and_grad,
nested nested_and_grad,
guard guard_and_grad,
guard_val guard_val_and_grad,
tuple tuple_and_grad,
tuple2 tuple2_and_grad,
slice slice_and_grad,
parts parts_and_grad,
closure_arg closure_arg_and_grad,
whilelet whilelet_and_grad,
mut_bind mut_bind_and_grad);
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(net, &x, plain_arm plain_arm_vjp, two_ref two_ref_vjp, fields fields_vjp, swapped swapped_vjp, iflet iflet_vjp, letelse letelse_vjp, matches matches_vjp, nested nested_vjp, guard guard_vjp, guard_val guard_val_vjp, tuple tuple_vjp, tuple2 tuple2_vjp, slice slice_vjp, parts parts_vjp, closure_arg closure_arg_vjp, whilelet whilelet_vjp, mut_bind mut_bind_vjp);
}
