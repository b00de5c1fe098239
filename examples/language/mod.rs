//! What the language models of the examples share: a text, its training, a picture, and drawing characters.

pub(crate) mod picture;
pub(crate) mod text;
pub(crate) mod train;

use std::path::PathBuf;

use clap::Parser;
use rand::{Rng, RngExt};

use text::Text;
use train::{Curve, LanguageModel};

#[derive(Parser)]
#[command(about)]
pub(crate) struct Arguments {
    /// A text to learn.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// How many batches to learn from.
    #[arg(long, default_value_t = 800)]
    pub(crate) steps: usize,
    /// Where the random numbers start.
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// The folder for the picture.
    #[arg(long, default_value = "target/language")]
    pub(crate) out: PathBuf,
}

/// Prints and draws what was learned, and returns the loss on what was kept back.
pub(crate) fn report<M: LanguageModel>(
    net: &M,
    text: &Text,
    curve: &Curve,
    title: &str,
    arguments: &Arguments,
) -> Result<f32, String> {
    let loss = train::validation_loss(net, text);
    println!("{loss:.3} nats, or {:.3} bits, per character", loss / std::f32::consts::LN_2);
    picture::losses(&arguments.out, title, curve)?;
    println!("a picture of the loss is in {}", arguments.out.display());
    println!("result: val_loss={loss:.3}");
    Ok(loss)
}

/// One of the characters, by how likely each is.
pub(crate) fn draw(logits: &[f32], rng: &mut impl Rng) -> u32 {
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
