//! Training, which is the same for both networks.

use indicatif::{ProgressBar, ProgressStyle};
use rand::Rng;
use tiedw::optim::{Cosine, Schedule};
use tiedw::prelude::*;

use crate::data::Data;
use crate::net::Autoencoder;

/// Returns a trained net, and the loss of each step.
pub(crate) fn train<A: Autoencoder>(data: &Data, steps: usize, rng: &mut impl Rng) -> (A, Vec<f32>) {
    let mut net = A::init(rng);
    let mut losses = Vec::with_capacity(steps);
    let mut adam = Adam::new(1e-3);
    let schedule = Cosine::new(1e-3, steps as u64).last(1e-4);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}");
    let bar = ProgressBar::new(steps as u64).with_style(style.expect("the template is well formed"));
    for (step, x) in (0..steps).zip(data.batches.iter().cycle()) {
        let (loss, gradient) = net.loss_and_grad(x);
        adam.set_lr(schedule.lr(step as u64));
        adam.step(&mut net, &gradient);
        losses.push(loss);
        bar.inc(1);
        if step % 100 == 99 {
            bar.set_message(format!("loss {loss:.4}"));
        }
    }
    bar.finish_and_clear();
    (net, losses)
}
