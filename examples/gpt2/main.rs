//! Generates text with the weights of a GPT-2 in the format of Hugging Face's transformers.
//!
//! ```sh
//! cargo run --release --example gpt2                   # a tiny model with random weights, to try it out
//! cargo run --release --example gpt2 -- --model DIR    # config.json, model.safetensors and tokenizer.json of a GPT-2
//! ```

mod config;
mod draw;
mod generate;
mod model;
mod names;
#[cfg(test)]
mod tests;
mod tokens;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};

use config::Config;
use draw::draw;
use model::Gpt2;
use tiedw::Module;
use tokens::Tokens;

/// A tiny model with random weights, which the tests use.
const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/gpt2");

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The folder with config.json, model.safetensors and tokenizer.json.
    #[arg(long)]
    model: Option<PathBuf>,
    /// The beginning of the text.
    #[arg(long, default_value = "A tie is part of the type")]
    prompt: String,
    /// The maximum number of tokens to generate.
    #[arg(long, default_value_t = 40)]
    tokens: usize,
    /// The seed of the random number generator.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The sampling temperature: below 1, likely tokens become more likely; at 0, the most likely one is
    /// always taken.
    #[arg(long, default_value_t = 0.8)]
    temperature: f32,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let temperature = arguments.temperature;
    if !(temperature >= 0.0 && temperature.is_finite()) {
        return Err(format!("a temperature is 0 or more, not {temperature}").into());
    }
    let folder = arguments.model.as_deref().unwrap_or_else(|| {
        println!("no --model: the weights are random and few, so the text makes no sense");
        Path::new(TINY)
    });
    let config = Config::read(&folder.join("config.json"))?;
    let model = Gpt2::open(&folder.join("model.safetensors"), &config)?;
    let tokens = Tokens::read(&folder.join("tokenizer.json"), model.embed.weight.rows(), &config)?;
    let prompt = tokens.encode(&arguments.prompt)?;
    println!(
        "{} parameters, {} layers; the head is the embedding",
        model.num_parameters(),
        model.blocks.len()
    );

    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let start = Instant::now();
    let mut draw = |logits: &[f32]| draw(logits, temperature, &mut rng);
    let written = model.generate(&prompt, arguments.tokens, config.eos_token_id, &mut draw)?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{}{}", arguments.prompt, tokens.decode(&written)?);
    let speed = written.len() as f64 / seconds;
    println!("result: tokens={} tokens_per_second={speed:.1}", written.len());
    Ok(())
}
