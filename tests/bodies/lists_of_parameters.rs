//! Parameters where a list of tensors or of numbers is meant, and elements of parameters that are found by methods.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    v: Vector<3, f64>,
    w: Matrix<2, 3, f64>,
    ws: Vec<Vector<3, f64>>,
    pair: [Vector<3, f64>; 2],
}

fn net() -> Net {
    Net {
        v: [0.3, 0.5, -0.2].into(),
        w: Matrix::from_vec(vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
        ws: vec![[0.1, 0.2, 0.4].into(), [0.3, -0.1, 0.2].into()],
        pair: [[0.1, 0.2, 0.4].into(), [0.3, -0.1, 0.2].into()],
    }
}

#[differentiable]
impl Net {
    fn stacked(&self, x: &Numbers) -> f64 {
        let s = Tensor::stack(&self.ws, 0);
        (s.tanh() * x).sum()
    }
    fn stacked_array(&self, x: &Numbers) -> f64 {
        Tensor::stack(&self.pair, 0).tanh().sum()
    }
    fn squares(&self, x: &Numbers) -> f64 {
        self.v.iter().map(|v| v * v).sum::<f64>() * x.sum()
    }
    fn looped(&self, x: &Numbers) -> f64 {
        let mut t = 0.0;
        for v in self.v.iter() {
            t += v * v * x.sum();
        }
        t
    }
    fn transposed(&self, x: &Numbers) -> f64 {
        self.w.t()[(0, 1)] * x.sum()
    }
    fn by_slice(&self, x: &Numbers) -> f64 {
        self.v.as_slice()[0] * x.sum() + self.v.as_slice()[1]
    }
    fn zipped(&self, x: &Numbers) -> f64 {
        self.v.iter().zip(self.v.as_slice().iter().rev()).map(|(v, s)| v * s).sum::<f64>() * x.sum()
            + self.v.iter().copied().fold(0.0, f64::max)
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), stacked stacked_and_grad, stacked_array stacked_array_and_grad, squares squares_and_grad, looped looped_and_grad,
        transposed transposed_and_grad, by_slice by_slice_and_grad, zipped zipped_and_grad);
}
