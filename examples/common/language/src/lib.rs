//! What the language models of the examples share: a text, its training, a picture, and drawing characters.

mod sample;
mod text;
mod train;

pub use sample::sample;
pub use text::{CONTEXT, Text, VOCABULARY};
pub use train::{Curve, LanguageModel, train};

use std::path::PathBuf;

use clap::Parser;
use picture::{Chart, Error};
use rand::{Rng, RngExt};

use train::validation_loss;

/// Learns a text, character by character, and writes some.
#[derive(Parser)]
#[command(about)]
pub struct Arguments {
    /// A text to learn.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// How many batches to learn from.
    #[arg(long, default_value_t = 800)]
    pub steps: usize,
    /// Where the random numbers start.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// The folder for the picture.
    #[arg(long, default_value = "target/language")]
    pub out: PathBuf,
}

/// Prints and draws what was learned.
///
/// # Errors
/// Where the picture cannot be written.
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

/// One of the characters, by how likely each is.
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
