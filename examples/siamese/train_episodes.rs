//! Training on episodes, which run in parallel within a step.

use std::sync::Mutex;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tiedw::parallel::Shards;
use tiedw::prelude::*;

use crate::characters::Characters;
use crate::conv::{Encoder, Prototypes, Statistics};
use crate::episodes::{Episode, planes};
use crate::one_shot::{self, Run};

const LEARNING_RATE: f64 = 2e-3;
/// Episodes per step.
const EPISODES: usize = 2;
/// Number of evaluations during training.
const POINTS: usize = 20;

/// The result of a training.
pub(crate) struct Trained {
    pub(crate) net: Prototypes,
    pub(crate) losses: Vec<f32>,
    /// The error on the one-shot runs over the seconds of training.
    pub(crate) curve: Vec<(f64, f64)>,
}

/// Trains a network. The runs are only used for evaluation.
pub(crate) fn train(characters: &Characters, runs: &[Run], steps: usize, rng: &mut impl Rng) -> Trained {
    let mut net = Prototypes::init(rng);
    let mut adam = Adam::new(LEARNING_RATE);
    let mut shards = Shards::new(&net, EPISODES);
    println!("{} parameters, which both towers share", net.num_parameters());

    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}");
    let bar = ProgressBar::new(steps as u64).with_style(style.expect("the template is well formed"));
    let (mut losses, mut curve, mut seconds) = (Vec::with_capacity(steps), Vec::new(), 0.0);
    for step in 0..steps {
        let start = Instant::now();
        let done = step as f64 / steps as f64;
        adam.set_lr(LEARNING_RATE * (0.505 + 0.495 * (std::f64::consts::PI * done).cos()));
        let seeds: [u64; EPISODES] = rng.random();
        let statistics = [const { Mutex::new(None) }; EPISODES];
        // Each episode is a batch of its own, so the norms may use its statistics.
        let (loss, gradient) = shards.sum_and_grad(&net, EPISODES, |net, gradient, episodes| {
            let shard = episodes.start;
            let mut rng = StdRng::seed_from_u64(seeds[shard]);
            let Episode { known, asked, classes } = Episode::draw(characters, shard % 2 == 0, &mut rng);
            let mut seen = Statistics::default();
            let share = 1.0 / EPISODES as f32;
            let loss = net.loss_and_accumulate(gradient, &known, &asked, &classes, &mut seen, share);
            *statistics[shard].lock().expect("no other thread has this shard") = Some(seen);
            loss
        });
        adam.step(&mut net, gradient);
        for seen in statistics {
            if let Some(mut seen) = seen.into_inner().expect("no shard panicked") {
                net.known.record(&mut seen);
            }
        }
        seconds += start.elapsed().as_secs_f64();
        losses.push(loss);

        bar.inc(1);
        if (step + 1) % steps.div_ceil(POINTS).max(10) == 0 || step + 1 == steps {
            curve.push((seconds, error(&net.known, runs)));
            let error = 100.0 * curve.last().map_or(1.0, |(_, error)| *error);
            bar.set_message(format!("loss {loss:.3}, one-shot error {error:.1} %"));
        }
    }
    bar.finish();
    Trained { net, losses, curve }
}

/// Returns the error on the one-shot runs.
pub(crate) fn error(encoder: &Encoder, runs: &[Run]) -> f64 {
    one_shot::error(|drawings| encoder.forward(&planes(drawings)), runs)
}
