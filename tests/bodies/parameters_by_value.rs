//! Operators on parameters that are not borrowed, and types of tensors.

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
    fn equal(&self, x: &T) -> f64 {
        if self.v == self.u { x.sum() } else { self.b[0] * x.sum() }
    }

    fn equal_by_reference(&self, x: &T) -> f64 {
        if &self.v == &self.u { x.sum() } else { self.b[0] * x.sum() }
    }

    fn unequal(&self, x: &T) -> f64 {
        if self.v != self.u { self.b[0] * x.sum() } else { x.sum() }
    }

    fn transposed_sum(&self, x: &T) -> f64 {
        (self.w.t() + &self.w).sum() * x.sum()
    }

    fn transposed_and_named(&self, x: &T) -> f64 {
        let w = self.w.t() + &self.w;
        x.matmul(&w).sum()
    }

    fn reference_and_transposed(&self, x: &T) -> f64 {
        let w = &self.w + self.w.t();
        x.matmul(&w).sum()
    }

    fn two_transposed(&self, x: &T) -> f64 {
        let w = self.w.t() - self.w.t() * 2.0;
        x.matmul(&w).sum()
    }

    fn typed_matrix(&self, x: &T) -> f64 {
        let w: &Tensor<3, f64> = &self.w;
        x.matmul(w).sum()
    }

    fn typed_vector(&self, x: &T) -> f64 {
        let w: &Tensor<3, f64> = &self.v;
        (x * w).sum()
    }
}

fn vector(seed: u64) -> Vector<3, f64> {
    Vector::from_vec(uniform::<3>(1, seed).as_slice().iter().map(|x| x.abs() + 0.3).collect())
}

#[test]
fn parameters_are_compared_and_transposed_in_place() {
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
    agree_all!(&net, (&x), equal equal_and_grad,
    equal_by_reference equal_by_reference_and_grad,
    unequal unequal_and_grad,
    transposed_sum transposed_sum_and_grad,
    transposed_and_named transposed_and_named_and_grad,
    reference_and_transposed reference_and_transposed_and_grad,
    two_transposed two_transposed_and_grad,
    typed_matrix typed_matrix_and_grad,
    typed_vector typed_vector_and_grad,
    );
}
