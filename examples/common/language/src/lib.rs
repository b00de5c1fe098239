//! Code shared by the language models of the examples: text, training, chart and sampling.

mod sample;
mod text;
mod train;

pub use sample::sample;
pub use text::{CONTEXT, Text};
pub use train::{Curve, LanguageModel, train};

use std::path::PathBuf;

use clap::Parser;
use picture::{Chart, Error};
use rand::{Rng, RngExt};

use train::validation_loss;

/// Trains a character-level language model on a text, and samples from it.
#[derive(Parser)]
#[command(about)]
pub struct Arguments {
    /// A text file to train on.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// The number of training steps.
    #[arg(long, default_value_t = 800)]
    pub steps: usize,
    /// The seed of the random number generator.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// The output folder of the chart.
    #[arg(long, default_value = "target/language")]
    pub out: PathBuf,
}

/// Prints and plots the result of the training.
///
/// # Errors
/// If the chart cannot be written.
pub fn report<M: LanguageModel>(
    net: &M,
    text: &Text,
    curve: &Curve,
    title: &str,
    arguments: &Arguments,
) -> Result<(), Error> {
    let loss = validation_loss(net, text);
    println!("{loss:.3} nats, or {:.3} bits, per character", loss / std::f32::consts::LN_2);
    let kept_back = curve.kept_back.iter().map(|&(step, loss)| (step as f64, f64::from(loss)));
    Chart::new(title, "step", "nats per character")
        .losses("training", &curve.learned)
        .dots("validation", kept_back)
        .save(&arguments.out.join("loss.svg"))?;
    println!("a picture of the loss is in {}", arguments.out.display());
    println!("result: val_loss={loss:.3}");
    Ok(())
}

/// Samples a character from the softmax of `logits`.
pub fn draw(logits: &[f32], rng: &mut impl Rng) -> u32 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f32> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let mut left = rng.random::<f32>() * weights.iter().sum::<f32>();
    for (id, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return id as u32;
        }
    }
    weights.len() as u32 - 1
}
