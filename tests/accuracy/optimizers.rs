//! Accuracy of one step of each optimizer, from the same weights, gradient and state.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::optim::OptimizerState;
use tiedw::prelude::*;

use crate::bounds::Worst;

const N: usize = 20_003;
type Weights = Vector<N>;

/// Draws a value of either sign and any magnitude that occurs in training.
fn any(rng: &mut StdRng) -> f32 {
    let size = 10.0_f64.powf(rng.random_range(-15.0..15.0)) as f32;
    if rng.random() { size } else { -size }
}

fn vector(number: impl FnMut(usize) -> f32) -> Weights {
    Vector::from_vec((0..N).map(number).collect())
}

/// An exact value, and the magnitude of its summands.
#[derive(Clone, Copy)]
struct Exact {
    value: f64,
    terms: f64,
}

fn sum(terms: &[f64]) -> Exact {
    Exact { value: terms.iter().sum(), terms: terms.iter().map(|term| term.abs()).sum() }
}

/// Compares a step with the result of `exact` for a weight, its gradient and its state, in the order of `state`.
fn check<const S: usize, O: OptimizerState<Weights>>(
    name: &'static str,
    mut optimizer: O,
    state: [(&str, Weights); S],
    step: impl FnOnce(&mut O, &mut Weights, &Weights),
    exact: impl Fn(f64, f64, [f64; S]) -> (Exact, [Exact; S]),
    rng: &mut StdRng,
) {
    let (w, g) = (vector(|_| rng.random_range(-2.0..2.0)), vector(|_| any(rng)));
    optimizer.set_steps(9);
    for (name, state) in &state {
        let mut parts = optimizer.parts_mut().into_iter();
        *parts.find(|(part, _)| part == name).expect("a part of this name").1 = Some(state.clone());
    }
    let mut after = w.clone();
    step(&mut optimizer, &mut after, &g);

    let parts = optimizer.parts();
    let part_of = |(name, _): &(&str, Weights)| -> &Weights {
        let (_, part) = parts.iter().find(|(part, _)| part == name).expect("a part of this name");
        part.as_ref().expect("a part that was set")
    };
    let parts = state.each_ref().map(part_of);
    let mut worst = Worst::of(name);
    for at in 0..N {
        let before = state.each_ref().map(|(_, state)| f64::from(state[at]));
        let (weight, exact_state) = exact(w[at].into(), g[at].into(), before);
        let place = || format!("weight {:e}, gradient {:e}, state {before:?}", w[at], g[at]);
        worst.see(after[at], weight.value, weight.terms, place);
        for ((part, exact), (name, _)) in parts.iter().zip(exact_state).zip(&state) {
            worst.see(part[at], exact.value, exact.terms, || format!("{}, {name}", place()));
        }
    }
    worst.check();
}

const LR: f64 = 0.01;

#[test]
fn sgd_alone() {
    let exact = |w: f64, g: f64, []: [f64; 0]| (sum(&[w, -LR * g]), []);
    let step = |sgd: &mut Sgd<Weights>, w: &mut Weights, g: &Weights| sgd.step(w, g);
    check("SGD", Sgd::new(LR), [], step, exact, &mut StdRng::seed_from_u64(0));
}

#[test]
fn sgd_with_momentum_and_decay() {
    let rng = &mut StdRng::seed_from_u64(1);
    let (momentum, decay) = (0.9, 0.01);
    for nesterov in [false, true] {
        let sgd = Sgd::new(LR).momentum(momentum).nesterov(nesterov).weight_decay(decay);
        let exact = |w: f64, g: f64, [v]: [f64; 1]| {
            let velocity = sum(&[momentum * v, g, decay * w]);
            let ahead =
                if nesterov { vec![g, decay * w, momentum * velocity.value] } else { vec![velocity.value] };
            let moved = ahead.iter().map(|term| -LR * term);
            let scale = LR * velocity.terms;
            let mut weight = sum(&[w].into_iter().chain(moved).collect::<Vec<_>>());
            weight.terms += scale;
            (weight, [velocity])
        };
        let state = [("momentum_buffer", vector(|_| any(rng)))];
        check("SGD", sgd, state, |sgd: &mut Sgd<Weights>, w, g| sgd.step(w, g), exact, rng);
    }
}

/// Computes the moments at the tenth step, and the update without the learning rate.
fn adam(g: Exact, [m, v]: [f64; 2]) -> (Exact, [Exact; 2]) {
    let (beta1, beta2) = (0.9, 0.999);
    let mut first = sum(&[beta1 * m, (1.0 - beta1) * g.value]);
    first.terms = (beta1 * m).abs() + m.abs() + (1.0 - beta1) * g.terms;
    let mut second = sum(&[beta2 * v, (1.0 - beta2) * g.value.powi(2)]);
    second.terms = beta2 * v + (1.0 - beta2) * g.terms.powi(2);
    let mean = first.value / (1.0 - f64::powi(beta1, 10));
    let root = (second.value / (1.0 - f64::powi(beta2, 10))).sqrt() + 1e-8;
    let size = first.terms / (1.0 - f64::powi(beta1, 10));
    (Exact { value: mean / root, terms: size / root }, [first, second])
}

/// Draws moments that previous gradients could have produced.
fn moments(rng: &mut StdRng) -> [Weights; 2] {
    let first = vector(|_| any(rng));
    let second = vector(|at| first[at] * first[at] * rng.random_range(1.0..100.0));
    [first, second]
}

#[test]
fn adam_with_decay_in_the_gradient() {
    let rng = &mut StdRng::seed_from_u64(2);
    let decay = 0.01;
    let exact = |w: f64, g: f64, state: [f64; 2]| {
        let (step, state) = adam(sum(&[g, decay * w]), state);
        (Exact { value: w - LR * step.value, terms: w.abs() + LR * step.terms }, state)
    };
    let optimizer = Adam::new(LR).weight_decay(decay);
    let [first, second] = moments(rng);
    let state = [("exp_avg", first), ("exp_avg_sq", second)];
    check("Adam", optimizer, state, |adam: &mut Adam<Weights>, w, g| adam.step(w, g), exact, rng);
}

#[test]
fn adam_w() {
    let rng = &mut StdRng::seed_from_u64(3);
    let decay = 0.1;
    let exact = |w: f64, g: f64, state: [f64; 2]| {
        let (step, state) = adam(sum(&[g]), state);
        (Exact { value: w - LR * decay * w - LR * step.value, terms: w.abs() + LR * step.terms }, state)
    };
    let optimizer = AdamW::new(LR).weight_decay(decay);
    let [first, second] = moments(rng);
    let state = [("exp_avg", first), ("exp_avg_sq", second)];
    check("AdamW", optimizer, state, |adam: &mut AdamW<Weights>, w, g| adam.step(w, g), exact, rng);
}

/// Computes the mean square of the gradient, and the gradient divided by its root.
fn rms_prop(g: Exact, s: f64, mean: f64) -> (Exact, Exact) {
    let squares = Exact {
        value: ALPHA * s + (1.0 - ALPHA) * g.value.powi(2),
        terms: ALPHA * s + (1.0 - ALPHA) * g.terms.powi(2),
    };
    let root = (squares.value - mean * mean).sqrt() + 1e-8;
    // The cancellation in the root when the squared mean is subtracted.
    let loss = (squares.terms + mean * mean) / (squares.value - mean * mean);
    let step = Exact { value: g.value / root, terms: g.terms / root * loss };
    (squares, step)
}

const ALPHA: f64 = 0.99;

#[test]
fn rms_prop_alone() {
    let rng = &mut StdRng::seed_from_u64(4);
    let exact = |w: f64, g: f64, [s]: [f64; 1]| {
        let (squares, step) = rms_prop(sum(&[g]), s, 0.0);
        (Exact { value: w - LR * step.value, terms: w.abs() + LR * step.terms }, [squares])
    };
    let [_, squares] = moments(rng);
    let state = [("square_avg", squares)];
    let step = |rms_prop: &mut RmsProp<Weights>, w: &mut Weights, g: &Weights| rms_prop.step(w, g);
    check("RMSprop", RmsProp::new(LR).alpha(ALPHA), state, step, exact, rng);
}

#[test]
fn rms_prop_with_all_it_has() {
    let rng = &mut StdRng::seed_from_u64(5);
    let (momentum, decay) = (0.9, 0.01);
    let exact = |w: f64, g: f64, [s, mean, b]: [f64; 3]| {
        let g = sum(&[g, decay * w]);
        let mut mean_now = sum(&[ALPHA * mean, (1.0 - ALPHA) * g.value]);
        mean_now.terms = 2.0 * mean.abs() + (1.0 - ALPHA) * g.terms;
        let (squares, step) = rms_prop(g, s, mean_now.value);
        let velocity = Exact { value: momentum * b + step.value, terms: (momentum * b).abs() + step.terms };
        let weight = Exact { value: w - LR * velocity.value, terms: w.abs() + LR * velocity.terms };
        (weight, [squares, mean_now, velocity])
    };
    let [mean, squares] = moments(rng);
    let state = [("square_avg", squares), ("grad_avg", mean), ("momentum_buffer", vector(|_| any(rng)))];
    let optimizer = RmsProp::new(LR).alpha(ALPHA).momentum(momentum).centered(true).weight_decay(decay);
    let step = |rms_prop: &mut RmsProp<Weights>, w: &mut Weights, g: &Weights| rms_prop.step(w, g);
    check("RMSprop", optimizer, state, step, exact, rng);
}

#[test]
fn lion() {
    let rng = &mut StdRng::seed_from_u64(5);
    let (beta1, beta2, decay) = (0.9, 0.99, 0.1);
    let exact = |w: f64, g: f64, [m]: [f64; 1]| {
        let direction = beta1 * m + (1.0 - beta1) * g;
        let weight = sum(&[w, -LR * decay * w, -LR * direction.signum()]);
        let mut momentum = sum(&[beta2 * m, (1.0 - beta2) * g]);
        momentum.terms += m.abs();
        (weight, [momentum])
    };
    let optimizer = Lion::new(LR).betas(beta1, beta2).weight_decay(decay);
    let state = [("exp_avg", vector(|_| any(rng)))];
    check("Lion", optimizer, state, |lion: &mut Lion<Weights>, w, g| lion.step(w, g), exact, rng);
}
