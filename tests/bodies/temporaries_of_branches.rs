//! Branches of a `let` that borrow what they compute.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    v: Vector<3, f64>,
    u: Vector<3, f64>,
    b: Vector<3, f64>,
    w: Matrix<3, 3, f64>,
    ws: Vec<Vector<3, f64>>,
    #[module(skip)]
    k: usize,
    #[module(skip)]
    deep: bool,
}

#[differentiable]
impl Net {
    fn part_or_temporary(&self, x: &T) -> f64 {
        let w = if self.deep { &self.w } else { &self.w.t() };
        x.matmul(w).sum()
    }

    fn temporary_or_part(&self, x: &T) -> f64 {
        let w = if self.deep { &self.w.t() } else { &self.w };
        x.matmul(w).tanh().sum()
    }

    fn value_or_temporary(&self, x: &T) -> f64 {
        let w = if self.deep { &(x * 2.0) } else { x };
        (w * &self.b).sum()
    }

    fn two_temporaries(&self, x: &T) -> f64 {
        let w = if self.deep { &x.tanh() } else { &x.exp() };
        (w * &self.b).sum()
    }

    fn name_or_temporary(&self, x: &T) -> f64 {
        let h = x.tanh();
        let w = if self.deep { &h } else { &x.exp() };
        (w * &self.b).sum()
    }

    fn arms(&self, x: &T) -> f64 {
        let h = x.tanh();
        let w = match self.k {
            0 => &h,
            1 => &x.exp(),
            _ => &h.exp(),
        };
        (w * &self.b).sum()
    }

    fn after_statements(&self, x: &T) -> f64 {
        let h = x.tanh();
        let w = if self.deep {
            let z = 2.0;
            &(&h * z)
        } else {
            &h
        };
        (w * &self.b).sum()
    }

    fn nested(&self, x: &T) -> f64 {
        let w = if self.deep { if self.k == 0 { &self.v } else { &self.u } } else { &self.b };
        let m = if self.k == 1 {
            match self.deep {
                true => &self.w.t(),
                false => &self.w,
            }
        } else {
            &self.w
        };
        (x.matmul(m) * w).sum()
    }

    fn in_loop(&self, x: &T) -> f64 {
        let mut h = x.clone();
        for i in 0..3 {
            let next = if i == self.k { &h.tanh() } else { &h };
            h = next * &self.b;
        }
        h.sum()
    }
}

fn vector(seed: u64) -> Vector<3, f64> {
    Vector::from_vec(uniform::<3>(1, seed).as_slice().iter().map(|x| x.abs() + 0.3).collect())
}

#[test]
fn temporaries_of_branches_live_as_long_as_the_name() {
    let net = Net {
        v: vector(1),
        u: vector(2),
        b: vector(3),
        w: Matrix::from_vec(uniform::<9>(1, 4).as_slice().to_vec()),
        ws: vec![vector(5), vector(6)],
        k: 1,
        deep: true,
    };
    let x = uniform(2, 9);
    agree_all!(&net, (&x), part_or_temporary part_or_temporary_and_grad,
    temporary_or_part temporary_or_part_and_grad,
    value_or_temporary value_or_temporary_and_grad,
    two_temporaries two_temporaries_and_grad,
    name_or_temporary name_or_temporary_and_grad,
    arms arms_and_grad,
    after_statements after_statements_and_grad,
    nested nested_and_grad,
    in_loop in_loop_and_grad,
    );
}
