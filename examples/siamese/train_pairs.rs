//! Training on pairs.

use indicatif::{ProgressBar, ProgressStyle};
use rand::Rng;
use tiedw::prelude::*;

use crate::characters::Characters;
use crate::mlp::Siamese;

const BATCH: usize = 64;
const LEARNING_RATE: f64 = 1e-3;

/// Returns a trained network, and the loss of each step.
pub(crate) fn train(characters: &Characters, steps: usize, rng: &mut impl Rng) -> (Siamese, Vec<f32>) {
    let mut net = Siamese::init(rng);
    let mut adam = Adam::new(LEARNING_RATE);
    println!("{} parameters, which both towers share", net.num_parameters());

    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}");
    let bar = ProgressBar::new(steps as u64).with_style(style.expect("the template is well formed"));
    let mut losses = Vec::with_capacity(steps);
    for step in 0..steps {
        // Cosine decay of the learning rate to a tenth.
        let done = step as f64 / steps as f64;
        adam.set_lr(LEARNING_RATE * (0.55 + 0.45 * (std::f64::consts::PI * done).cos()));
        let pairs = characters.batch(BATCH, rng);
        let (loss, gradient) = net.loss_and_grad(&pairs.a, &pairs.b, &pairs.same);
        adam.step(&mut net, &gradient);
        losses.push(loss);
        bar.inc(1);
        if step % 100 == 99 {
            let recent: f32 = losses[step - 99..].iter().sum::<f32>() / 100.0;
            bar.set_message(format!("loss {recent:.4}"));
        }
    }
    bar.finish();
    (net, losses)
}
