//! Training: AdamW with warm-up and half a cosine, clipped gradients.

use indicatif::{ProgressBar, ProgressStyle};
use rand::Rng;
use tiedw::optim::{AdamW, Cosine, Schedule, clip_grad_norm};
use tiedw::prelude::*;

use crate::generate;
use crate::model::{Gpt, is_matrix};
use crate::text::Text;

const WARM_UP: u64 = 100;
const FIRST_RATE: f64 = 1e-3;
const LAST_RATE: f64 = 1e-4;

/// The loss of each step, and now and then that on what was kept back.
#[derive(Default)]
pub(crate) struct Curve {
    pub(crate) learned: Vec<f32>,
    pub(crate) kept_back: Vec<(usize, f32)>,
}

/// A trained network.
pub(crate) fn train(text: &Text, steps: usize, rng: &mut impl Rng) -> (Gpt, Curve) {
    let mut net = Gpt::new(rng);
    println!(
        "{} parameters, {} of which the head shares with the embedding",
        net.num_parameters(),
        net.embed.num_parameters()
    );
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
        curve.learned.push(net.loss_and_accumulate(&mut gradient, &ids, &next));
        clip_grad_norm(&mut gradient, 1.0);
        adam.set_lr(schedule.lr(step as u64));
        adam.step(&mut net, &gradient);
        bar.inc(1);
        if step % 20 == 19 {
            let recent: f32 = curve.learned[step - 19..].iter().sum::<f32>() / 20.0;
            bar.set_message(format!("loss {recent:.3}"));
        }
        if step % report == report - 1 {
            let loss = validation_loss(&net, text);
            curve.kept_back.push((step + 1, loss));
            bar.suspend(|| {
                println!("step {}: {loss:.3} nats\n{}\n", step + 1, generate::sample(&net, text, 120, rng))
            });
        }
    }
    bar.finish();
    (net, curve)
}

/// The mean loss over all that was kept back.
pub(crate) fn validation_loss(net: &Gpt, text: &Text) -> f32 {
    let (mut sum, mut rows) = (0.0, 0);
    for (ids, next) in text.kept_back() {
        sum += net.loss(&ids, &next) * ids.rows() as f32;
        rows += ids.rows();
    }
    sum / rows as f32
}
