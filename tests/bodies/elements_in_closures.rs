//! Elements of parameters that closures compute with.

use crate::agree_all;
use tiedw::prelude::*;
#[derive(Module, Clone)]
struct Net {
    gain: Vector<4, f64>,
    gains: Vec<Vector<4, f64>>,
}
#[differentiable]
impl Net {
    fn a(&self) -> f64 {
        self.gain[0] * 2.0
    }
    fn b(&self, k: usize) -> f64 {
        self.gain[k] * 2.0
    }
    fn c(&self, k: usize) -> f64 {
        self.gain[k] * k as f64
    }
    fn d(&self) -> f64 {
        (0..4).map(|i| self.gain[i] * 2.0).sum()
    }
    fn e(&self) -> f64 {
        let v: Vec<f64> = (0..4).map(|i| self.gain[i] * 2.0).collect();
        v[2]
    }
    fn e3(&self) -> f64 {
        let mut v: Vec<f64> = Vec::new();
        for i in 0..4 {
            v.push(self.gain[i] * i as f64);
        }
        v[2]
    }
    fn g(&self) -> f64 {
        (0..4).map(|i| -self.gain[i] * i as f64).fold(0.0, |a, b| a + b)
    }
    fn h(&self) -> f64 {
        let mut s = 0.0;
        for i in 0..4 {
            s += self.gain[i];
            s -= self.gain[i] * i as f64
        }
        s
    }
}
#[test]
fn elements_in_closures() {
    let net = Net { gain: [0.4, -0.3, 0.8, 1.1].into(), gains: vec![] };
    agree_all!(&net, (), d d_and_grad, g g_and_grad, h h_and_grad, e e_and_grad, e3 e3_and_grad);
    agree_all!(&net, (2), b b_and_grad, c c_and_grad);
}
