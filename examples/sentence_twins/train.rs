//! Training of the twins on pairs of sentences.

use indicatif::{ProgressBar, ProgressStyle};
use tiedw::data::Batches;
use tiedw::optim::{AdamW, Cosine, Schedule, clip_grad_norm};

use crate::batch::Batch;
use crate::model::Model;
use crate::pairs::{Pair, sides};
use crate::twins::Twins;

/// How many pairs are in a batch: each left sentence has to be told from so many right ones.
const BATCH: usize = 32;

pub(crate) struct Training {
    pub(crate) epochs: u64,
    pub(crate) rate: f64,
    pub(crate) seed: u64,
}

impl Training {
    /// Trains the encoder of the model.
    pub(crate) fn run(&self, model: &mut Model, pairs: &[Pair]) -> Result<(), String> {
        let [left, right] = sides(pairs).map(|side| model.tokens.encode(&side));
        let (left, right) = (left?, right?);
        // A batch of one pair would have nothing to learn from.
        let batches = Batches::new(0..pairs.len(), BATCH.min(pairs.len())).seed(self.seed).drop_last(true);
        let steps = batches.len() as u64 * self.epochs;
        let mut adam = AdamW::new(self.rate).weight_decay(0.01).decay_where(is_matrix);
        let schedule = Cosine::new(self.rate, steps.max(1)).warm_up(steps / 10);

        let mut twins = Twins::new(model.encoder.clone());
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}");
        let bar = ProgressBar::new(steps).with_style(style.expect("the template is well formed"));
        for epoch in 0..self.epochs {
            let mut sum = 0.0;
            for chosen in batches.epoch(epoch) {
                let [left, right] =
                    [&left, &right].map(|side| Batch::new(chosen.iter().map(|&at| &*side[at])));
                let (loss, mut gradient) = twins.loss_and_grad(&left, &right);
                if !loss.is_finite() {
                    return Err(format!("the loss is {loss} after {} steps", bar.position()));
                }
                clip_grad_norm(&mut gradient, 1.0);
                adam.set_lr(schedule.lr(bar.position()));
                adam.step(&mut twins, &gradient);
                sum += loss;
                bar.inc(1);
            }
            bar.set_message(format!("loss {:.4}", sum / batches.len() as f32));
        }
        bar.finish();
        model.encoder = twins.left;
        Ok(())
    }
}

/// Whether a parameter is a matrix: neither of a norm, nor a bias.
fn is_matrix(name: &str) -> bool {
    !name.contains("norm") && !name.contains("bias")
}
