//! Workload b: one encoder on both images of a pair, batch 64, contrastive loss, Adam; and its encoder alone.

use std::hint::black_box;

use rand::RngExt;
use tiedw::prelude::*;

use crate::harness::{Bench, rng, uniform};

const BATCH: usize = 64;

#[derive(Module)]
struct Encoder {
    fc1: Linear<784, 512>,
    fc2: Linear<512, 128>,
}

#[differentiable]
impl Encoder {
    fn forward(&self, x: &Tensor<784>) -> Tensor<128> {
        self.fc2.forward(&self.fc1.forward(x).relu())
    }
}

#[derive(Module)]
struct Siamese {
    encoder: Encoder,
    #[tie(encoder)]
    twin: Tied<Encoder>,
}

#[differentiable]
impl Siamese {
    fn loss(&self, a: &Tensor<784>, b: &Tensor<784>, same: &[bool]) -> f32 {
        contrastive_loss(&self.encoder.forward(a), &self.twin.forward(b), same, 1.0)
    }
}

pub(crate) fn step(bench: Bench<'_>) {
    let mut rng = rng();
    let mut net = Siamese::init(&mut rng);
    let (a, b) = (uniform(BATCH, 0.0, 1.0, &mut rng), uniform(BATCH, 0.0, 1.0, &mut rng));
    let same: Vec<bool> = (0..BATCH).map(|_| rng.random()).collect();
    // A rate at which nothing collapses: the work is the same at every step.
    let mut adam = Adam::new(1e-7);
    bench.run(|| {
        let (loss, grads) = net.loss_and_grad(&a, &b, &same);
        adam.step(&mut net, &grads);
        loss
    });
}

/// Workload binf: the encoder on one row.
pub(crate) fn one_row(bench: Bench<'_>) {
    let mut rng = rng();
    let net = Encoder::init(&mut rng);
    let x = uniform(1, 0.0, 1.0, &mut rng);
    bench.run(|| {
        black_box(net.forward(&x));
        0.0
    });
}
