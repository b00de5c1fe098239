//! Values that are passed to methods of data, of which none has a companion.

use std::collections::VecDeque;

use rand::rngs::StdRng;
use rand::{Rng, RngExt};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn forced(&self, x: &Tensor<4>, force: f64, rng: &mut StdRng) -> f32 {
        let h = self.fc.forward(x);
        if rng.random_bool(force) { h.sum() } else { h.mean() } //~ an argument that is not marked
    }
    fn of_any_generator<R: Rng>(&self, x: &Tensor<4>, force: f64, rng: &mut R) -> f32 {
        let h = self.fc.forward(x);
        if rng.random_bool(0.5 * force) { h.sum() } else { h.mean() } //~ computed from one
    }
    fn recent(&self, x: &Tensor<4>, scored: Vec<(f32, u32)>) -> f32 {
        let recent: VecDeque<u32> = VecDeque::new();
        let mut total = self.fc.forward(x).sum();
        for (score, id) in scored.iter() {
            total += score * if recent.contains(id) { 2.0 } else { 1.0 }; //~ a part of a value
        }
        total
    }
}

fn main() {}
