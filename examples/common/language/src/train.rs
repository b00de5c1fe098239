//! Training of a language model: AdamW with warm-up, cosine decay and gradient clipping.

use indicatif::{ProgressBar, ProgressStyle};
use rand::Rng;
use tiedw::optim::{AdamW, Cosine, Schedule, clip_grad_norm};
use tiedw::prelude::*;

use crate::Text;

const WARM_UP: u64 = 100;
const FIRST_RATE: f64 = 1e-3;
const LAST_RATE: f64 = 1e-4;

/// The training loss of each step, and the validation loss from time to time.
#[derive(Default)]
pub struct Curve {
    /// The loss on the batch of each step.
    pub learned: Vec<f32>,
    /// Pairs of a step and the validation loss after it.
    pub kept_back: Vec<(usize, f32)>,
}

/// A model with a loss for characters and those that follow them.
pub trait LanguageModel: Module<Elem = f32> {
    /// Computes the loss.
    fn loss(&self, ids: &Ids, next: &Ids) -> f32;
    /// Computes the loss, and adds its gradient to `gradient`.
    fn accumulate(&self, gradient: &mut Self, ids: &Ids, next: &Ids) -> f32;
}

/// Trains a network, and prints a sample after each quarter of the steps.
pub fn train<M: LanguageModel, R: Rng>(
    net: &mut M,
    text: &Text,
    steps: usize,
    rng: &mut R,
    write: impl Fn(&M, &mut R) -> String,
) -> Curve {
    let mut gradient = net.zeros_like();
    let mut adam = AdamW::new(FIRST_RATE).betas(0.9, 0.99).weight_decay(0.1).decay_where(is_matrix);
    let falling = (steps as u64).saturating_sub(WARM_UP).max(1);
    let schedule = Cosine::new(FIRST_RATE, falling).last(LAST_RATE).warm_up(WARM_UP);

    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}");
    let bar = ProgressBar::new(steps as u64).with_style(style.expect("the template is well formed"));
    let mut curve = Curve::default();
    let report = (steps / 4).max(1);
    for step in 0..steps {
        let (ids, next) = text.batch(rng);
        gradient.parameters_mut().for_each(|mut parameter| parameter.as_mut_slice().fill(0.0));
        curve.learned.push(net.accumulate(&mut gradient, &ids, &next));
        clip_grad_norm(&mut gradient, 1.0);
        adam.set_lr(schedule.lr(step as u64));
        adam.step(net, &gradient);
        bar.inc(1);
        if step % 20 == 19 {
            let recent: f32 = curve.learned[step - 19..].iter().sum::<f32>() / 20.0;
            bar.set_message(format!("loss {recent:.3}"));
        }
        if step % report == report - 1 {
            let loss = validation_loss(net, text);
            curve.kept_back.push((step + 1, loss));
            bar.suspend(|| println!("step {}: {loss:.3} nats\n{}\n", step + 1, write(net, rng)));
        }
    }
    bar.finish();
    curve
}

/// Returns the mean loss over the validation part.
pub(crate) fn validation_loss<M: LanguageModel>(net: &M, text: &Text) -> f32 {
    let (mut sum, mut rows) = (0.0, 0);
    for (ids, next) in text.kept_back() {
        sum += net.loss(&ids, &next) * ids.rows() as f32;
        rows += ids.rows();
    }
    sum / rows as f32
}

/// Whether a parameter is a matrix: neither of a norm, nor a bias.
fn is_matrix(name: &str) -> bool {
    !name.contains("norm") && !name.contains("bias")
}
