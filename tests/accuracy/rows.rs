//! Accuracy of functions of a row.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::layers::Layer;
use tiedw::prelude::*;

use crate::bounds::Worst;

/// Half-widths of the intervals from which rows are drawn, around each of `MIDDLES`.
const SPREADS: [f64; 6] = [1e-3, 1.0, 8.0, 30.0, 200.0, 1e5];
const MIDDLES: [f64; 3] = [0.0, -3.0, 500.0];
const ROWS: usize = 200;

fn rows<const F: usize>(spread: f64, middle: f64, rng: &mut StdRng) -> Tensor<F> {
    let values = (0..ROWS * F).map(|_| (middle + spread * rng.random_range(-1.0..1.0)) as f32);
    Tensor::from_vec([ROWS], values.collect())
}

/// Calls the generic function `check` for rows of several widths.
macro_rules! every_width {
    ($check:ident, $($argument:expr),*) => {
        $check::<1>($($argument),*);
        $check::<2>($($argument),*);
        $check::<17>($($argument),*);
        $check::<65>($($argument),*);
        $check::<1000>($($argument),*);
    };
}

/// Returns the row, its maximum, and the sum of exp(x - maximum) over the other elements.
fn exact_row(row: &[f32]) -> (Vec<f64>, f64, f64) {
    let row: Vec<f64> = row.iter().map(|&x| x.into()).collect();
    let (place, &largest) =
        row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("a number in each row");
    let others = row[..place].iter().chain(&row[place + 1..]).map(|x| (x - largest).exp()).sum();
    (row, largest, others)
}

fn check_softmax<const F: usize>(softmax: &mut Worst, log_softmax: &mut Worst, rng: &mut StdRng) {
    for (spread, middle) in SPREADS.into_iter().flat_map(|spread| MIDDLES.map(|middle| (spread, middle))) {
        let x = rows::<F>(spread, middle, rng);
        let (y, logs) = (x.softmax(), x.log_softmax());
        let ours = y.as_slice().chunks(F).zip(logs.as_slice().chunks(F));
        for (x, (y, logs)) in x.as_slice().chunks(F).zip(ours) {
            let (x, largest, others) = exact_row(x);
            let (sum, log_sum) = (1.0 + others, others.ln_1p());
            // The effect of rounding the arguments of exp on the logarithm.
            let bent = x.iter().map(|x| (x - largest).exp() * (largest - x)).sum::<f64>() / sum;
            for ((&x, &y), &log) in x.iter().zip(y).zip(logs) {
                let below = x - largest;
                let at = || format!("{below} below the largest of {F} within {spread} around {middle}");
                let exact = below.exp() / sum;
                // The argument of exp is rounded by up to this much.
                softmax.see(y, exact, exact * (1.0 + below.abs()), at);
                log_softmax.see(log, below - log_sum, below.abs() + log_sum + bent, at);
            }
        }
    }
}

#[test]
fn softmax() {
    let rng = &mut StdRng::seed_from_u64(1);
    let (mut softmax, mut log_softmax) = (Worst::of("softmax"), Worst::of("log_softmax"));
    every_width!(check_softmax, &mut softmax, &mut log_softmax, rng);
    softmax.check();
    log_softmax.check();
}

fn check_cross_entropy<const F: usize>(loss: &mut Worst, derivative: &mut Worst, rng: &mut StdRng) {
    for (spread, middle) in SPREADS.into_iter().flat_map(|spread| MIDDLES.map(|middle| (spread, middle))) {
        let x = rows::<F>(spread, middle, rng);
        let classes: Vec<usize> = (0..ROWS).map(|_| rng.random_range(0..F)).collect();
        let (ours, pullback) = cross_entropy_loss_vjp(&x, &classes);
        let (dx, _) = pullback(1.0, [true, false]);
        let at = || format!("{F} classes within {spread} around {middle}");

        let (mut exact, mut terms) = (0.0, 0.0);
        let dx = dx.expect("a wanted cotangent");
        for ((x, &class), dx) in x.as_slice().chunks(F).zip(&classes).zip(dx.as_slice().chunks(F)) {
            let (x, largest, others) = exact_row(x);
            let sum = 1.0 + others;
            let below = largest - x[class];
            exact += others.ln_1p() + below;
            terms += others.ln_1p() + below;
            for (place, (&x, &dx)) in x.iter().zip(dx).enumerate() {
                let probability = (x - largest).exp() / sum;
                let target = if place == class { 1.0 } else { 0.0 };
                let terms = probability * (1.0 + largest - x) + target;
                derivative.see(dx, (probability - target) / ROWS as f64, terms / ROWS as f64, at);
            }
        }
        loss.see(ours, exact / ROWS as f64, terms / ROWS as f64, at);
    }
}

#[test]
fn cross_entropy() {
    let rng = &mut StdRng::seed_from_u64(2);
    let (mut loss, mut derivative) = (Worst::of("cross entropy"), Worst::of("derivative of cross entropy"));
    every_width!(check_cross_entropy, &mut loss, &mut derivative, rng);
    loss.check();
    derivative.check();
}

fn check_layer_norm<const D: usize>(worst: &mut Worst, middles: &[f64], rng: &mut StdRng) {
    let mut number = || rng.random_range(-2.0_f32..2.0);
    let norm = LayerNorm::<D> {
        weight: Vector::from_vec((0..D).map(|_| number()).collect()),
        bias: Vector::from_vec((0..D).map(|_| number()).collect()),
        eps: 1e-5,
    };
    for (spread, middle) in
        SPREADS.into_iter().flat_map(|spread| middles.iter().map(move |m| (spread, m * spread)))
    {
        let x = rows::<D>(spread, middle, rng);
        let y = norm.forward(&x);
        for (x, y) in x.as_slice().chunks(D).zip(y.as_slice().chunks(D)) {
            let x: Vec<f64> = x.iter().map(|&x| x.into()).collect();
            let mean = x.iter().sum::<f64>() / D as f64;
            let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / D as f64;
            let scale = 1.0 / (variance + norm.eps).sqrt();
            for (place, (&x, &y)) in x.iter().zip(y).enumerate() {
                let (w, b) = (f64::from(norm.weight[place]), f64::from(norm.bias[place]));
                let normal = (x - mean) * scale;
                let terms = (1.0 + normal.abs()) * w.abs() + b.abs();
                let at = || format!("{x} of {D} within {spread} around {middle}");
                worst.see(y, normal * w + b, terms, at);
            }
        }
    }
}

#[test]
fn layer_norm() {
    let rng = &mut StdRng::seed_from_u64(3);
    let mut worst = Worst::of("layer norm");
    every_width!(check_layer_norm, &mut worst, &[0.0, 1.0, -3.0, 20.0, -1e4], rng);
    worst.check();
}
