//! Initial weights have PyTorch's default distributions.

use tiedw::layers::{Conv1d, Conv2d, Gru, Lstm, MultiHeadAttention};
use tiedw::prelude::*;

use crate::check::rng;

/// Asserts that the parameters with this name suffix are uniformly distributed between `-bound` and `bound`.
fn uniform<M: Module<Elem = f32>>(module: &M, end: &str, bound: f32) {
    let mut found = false;
    for (name, parameter) in module.named_parameters().filter(|(name, _)| name.ends_with(end)) {
        let values = parameter.as_slice();
        let largest = values.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
        let variance = values.iter().map(|x| x * x).sum::<f32>() / values.len() as f32;
        assert!(largest <= bound && largest > 0.9 * bound, "{name}: {largest} of {bound}");
        assert!((variance * 3.0 / (bound * bound) - 1.0).abs() < 0.2, "{name}: a variance of {variance}");
        found = true;
    }
    assert!(found, "no parameter {end}");
}

fn all<M: Module<Elem = f32>>(module: &M, end: &str, value: f32) {
    for (name, parameter) in module.named_parameters().filter(|(name, _)| name.ends_with(end)) {
        assert!(parameter.as_slice().iter().all(|&x| x == value), "{name}");
    }
}

#[test]
fn convolutions() {
    let bound = 1.0 / 45.0_f32.sqrt();
    uniform(&Conv2d::<5, 100, 3>::init(&mut rng()), "weight", bound);
    uniform(&Conv2d::<5, 400, 3>::init(&mut rng()), "bias", bound);
    uniform(&Conv1d::<15, 400, 3>::init(&mut rng()), "", bound);
}

#[test]
fn recurrent() {
    uniform(&Gru::<30, 100>::init(&mut rng()), "", 0.1);
    uniform(&Lstm::<30, 100>::init(&mut rng()), "", 0.1);
}

#[test]
fn attention() {
    let attention = MultiHeadAttention::<64, 4>::init(&mut rng());
    for name in ["query.weight", "key.weight", "value.weight"] {
        uniform(&attention, name, (6.0 / 256.0_f32).sqrt());
    }
    uniform(&attention, "out_proj.weight", 0.125);
    all(&attention, "bias", 0.0);
}

#[test]
fn slopes() {
    all(&PRelu::<4>::init(&mut rng()), "weight", 0.25);
    all(&PRelu::<4, 4>::init(&mut rng()), "weight", 0.25);
}

#[test]
fn norms() {
    all(&LayerNorm::<4>::init(&mut rng()), "weight", 1.0);
    all(&BatchNorm::<4>::init(&mut rng()), "weight", 1.0);
    all(&RmsNorm::<4>::init(&mut rng()), "weight", 1.0);
    all(&LayerNorm::<4>::init(&mut rng()), "bias", 0.0);
    all(&BatchNorm::<4>::init(&mut rng()), "bias", 0.0);
}
