//! Methods that take a list apart, or find a place in it, from its end and by what its elements are.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: Vec<WithElem<Linear<3, 3>, f64>>,
}

#[differentiable]
impl Net {
    fn scores(&self, x: &T, y: &[T]) -> Vec<f64> {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.extend([x.sum(), -1.5, 0.7, -0.3]);
        l.push(l[0] * l[1]);
        l
    }

    fn chunks_from_the_end(&self, x: &T, y: &[T]) -> f64 {
        let l = self.scores(x, y);
        let mut t = 1.0;
        for part in l.rchunks(3) {
            t = t * 0.5 + part[0] * part.len() as f64;
        }
        for (i, part) in l.rchunks_exact(3).rev().enumerate() {
            t = t * part[2] + part[0] * (i + 1) as f64;
        }
        l.rchunks(2).map(|part| part.iter().product::<f64>()).fold(t, |t, p| t * 0.3 + p)
    }

    fn parts_from_the_end(&self, x: &T, y: &[T]) -> f64 {
        let mut h = self.fc.forward(x);
        for pair in self.blocks.rchunks(2) {
            for block in pair {
                h = block.forward(&h).tanh();
            }
        }
        for pair in self.blocks.rchunks_exact(2) {
            h = pair[1].forward(&h) * 0.5;
        }
        h.sum()
    }

    fn parted(&self, x: &T, y: &[T]) -> f64 {
        let l = self.scores(x, y);
        let mut t = 1.0;
        for part in l.split(|s| *s < 0.0) {
            t = t * 0.5 + part.iter().sum::<f64>();
        }
        for part in l.rsplit(|&s| s < 0.0) {
            t = t * 0.7 + part.iter().sum::<f64>() * part.len() as f64;
        }
        let parts: Vec<_> = l.split_inclusive(|s| *s < -1.0).collect();
        t + parts[0][0] * parts[1][0]
    }

    fn parted_in_chains(&self, x: &T, y: &[T]) -> f64 {
        let l = self.scores(x, y);
        let products: Vec<f64> = l.chunk_by(|a, b| a < b).map(|run| run.iter().product()).collect();
        let of_runs = products.iter().fold(0.0, |t, p| t * 0.5 + p);
        let longest = l[1..].split(|s| *s < 0.0).max_by_key(|part| part.len()).unwrap();
        of_runs + longest.iter().map(|s| s * s).sum::<f64>()
    }

    fn from_the_end(&self, x: &T, y: &[T]) -> f64 {
        let l = self.scores(x, y);
        let Some(i) = l.iter().rposition(|&s| s < -1.0) else { return 0.0 };
        let doubled = l.iter().map(|s| s * 2.0).rposition(|s| s < -1.0);
        let last = l[..i].iter().enumerate().rposition(|(at, s)| at < 2 && *s > -9.0).unwrap();
        l[i - 1] * l[last] + doubled.map_or(0.0, |at| l[at] * l[0])
    }

    fn spliced(&self, x: &T, y: &[T]) -> f64 {
        let mut l = self.scores(x, y);
        let (first, last) = (l[0], l[1]);
        let out: Vec<f64> = l.splice(1..3, [first * last, last]).collect();
        l.splice(..1, out.iter().map(|s| s * 3.0));
        l.splice(2..=2, vec![]);
        let mut t = out[0];
        for s in l.splice(3.., Vec::new()) {
            t = t * 0.5 + s;
        }
        l.iter().fold(t, |t, s| t * 0.5 + s * s)
    }

    fn result(&self, x: &T, is_good: bool) -> Result<f64, String> {
        if is_good { Ok(self.fc.forward(x).sum()) } else { Err("bad".to_owned()) }
    }

    fn in_results(&self, x: &T, y: &[T]) -> f64 {
        let (mut one, mut other) = (self.result(x, true), self.result(x, false));
        if let Ok(value) = one.as_mut() {
            *value *= x.mean();
        }
        if let Ok(value) = &mut other {
            *value = 1.0;
        }
        let mut length = 0;
        match one.as_mut() {
            Ok(value) => *value += 2.0,
            Err(_) => {}
        }
        match &mut other {
            Ok(value) => *value *= 3.0,
            Err(text) => length = text.len(),
        }
        *one.as_mut().unwrap() *= self.fc.forward(&y[0]).sum();
        one.unwrap() * length as f64
    }
}

#[test]
fn slices_of_lists() {
    let rng = &mut rng(3);
    let net = Net { fc: Init::init(rng), blocks: (0..5).map(|_| Init::init(rng)).collect() };
    let (x, y) = (uniform(2, 5), [uniform(2, 6), uniform(2, 7), uniform(2, 8)]);
    agree_all!(
        &net, (&x, &y),
        chunks_from_the_end chunks_from_the_end_and_grad, parts_from_the_end parts_from_the_end_and_grad,
        parted parted_and_grad, parted_in_chains parted_in_chains_and_grad, from_the_end from_the_end_and_grad,
        spliced spliced_and_grad, in_results in_results_and_grad,
    );
}

#[differentiable]
fn masked(x: &Tensor<3, f64>) -> f64 {
    let past = Mask::from_fn([x.rows()], |at| at[1] <= at[0]);
    past.where_cond(&(x * x), &x.tanh()).sum()
}

#[test]
fn a_mask_of_indices() {
    let x = uniform(2, 5);
    let (_, pullback) = masked_vjp(&x);
    crate::check_input(&x, masked, pullback(1.0, [true]).0);
}
