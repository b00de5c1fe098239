//! Two models of the layers, traits and losses of another crate.

use library::layers::{Gated, LinearScorer, Repeated, Scorer};
use library::losses::{self, focal_loss, focal_loss_vjp};
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module, Clone)]
struct Classifier {
    body: Repeated<Gated<4, 4>>,
    head: Linear<4, 3>,
}

#[differentiable]
impl Classifier {
    fn loss(&self, x: &Tensor<4>, classes: &Ids) -> f32 {
        let outputs = self.body.outputs(x, 3);
        let logits = self.head.forward(outputs.last().unwrap());
        focal_loss(&logits, classes, 2) + losses::roughness(&outputs) * 0.001
    }
}

#[derive(Module, Clone)]
struct Ranker {
    encoder: Gated<4, 6>,
    scorer: LinearScorer<6>,
}

#[differentiable]
impl Ranker {
    fn loss(&self, better: &Tensor<4>, worse: &Tensor<4>) -> f32 {
        let better = self.scorer.score(&self.encoder.forward(better));
        let worse = self.scorer.score(&self.encoder.forward(worse));
        (1.0 - (better - worse).mean()).max(0.0)
    }
}

/// In `f64`, to compare with differences.
#[derive(Module, Clone)]
struct Exact {
    body: Repeated<Gated<3, 3, f64>>,
}

#[differentiable]
impl Exact {
    fn loss(&self, x: &Tensor<3, f64>, classes: &Ids) -> f64 {
        let outputs = self.body.outputs(x, 2);
        focal_loss(&outputs[1], classes, 3) + losses::roughness(&outputs)
    }
}

#[test]
fn models_of_another_crate_learn() {
    let mut rng = StdRng::seed_from_u64(6);
    let mut net =
        Classifier { body: Repeated { layer: Gated::init(&mut rng) }, head: Linear::init(&mut rng) };
    let x = Tensor::from_vec([3], (0..12).map(|i| f32::from(u8::from(i % 5 == 0))).collect());
    let classes = Ids::from_vec([3], vec![0, 1, 2]);
    let mut adam = Adam::new(0.05);
    let before = net.loss(&x, &classes);
    for _ in 0..100 {
        let (_, gradient) = net.loss_and_grad(&x, &classes);
        adam.step(&mut net, &gradient);
    }
    let after = net.loss(&x, &classes);
    assert!(after < 0.1 * before, "{before} to {after}");

    let mut net = Ranker { encoder: Gated::init(&mut rng), scorer: LinearScorer::init(&mut rng) };
    let (better, worse) = (Tensor::full([2], 1.0), Tensor::full([2], -0.5));
    for _ in 0..100 {
        let (_, gradient) = net.loss_and_grad(&better, &worse);
        adam_step(&mut net, &gradient);
    }
    assert!(net.loss(&better, &worse) < 0.1);
    assert!(Scorer::score(&net.scorer, &Tensor::full([1], 0.0)).rows() == 1);
}

fn adam_step(net: &mut Ranker, gradient: &Ranker) {
    Sgd::new(0.5).step(net, gradient);
}

#[test]
fn gradients_agree_with_differences() {
    let mut net = Exact { body: Repeated { layer: Gated::init(&mut StdRng::seed_from_u64(7)) } };
    let x = Tensor::from_vec([2], vec![0.3, -0.2, 0.5, 0.1, 0.9, -0.4]);
    let classes = Ids::from_vec([2], vec![0, 2]);
    let (_, gradient) = net.loss_and_grad(&x, &classes);
    let step = 1e-6;
    let slopes: Vec<f64> = (0..9)
        .map(|at| {
            let mut loss = |by: f64| {
                net.body.layer.value.weight.as_mut_slice()[at] += by;
                let loss = net.loss(&x, &classes);
                net.body.layer.value.weight.as_mut_slice()[at] -= by;
                loss
            };
            (loss(step) - loss(-step)) / (2.0 * step)
        })
        .collect();
    for (gradient, slope) in gradient.body.layer.value.weight.as_slice().iter().zip(slopes) {
        assert!((gradient - slope).abs() < 1e-7, "{gradient} and {slope}");
    }
}
