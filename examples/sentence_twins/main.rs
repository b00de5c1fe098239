//! Finds sentences that say the same: a BERT in two tied towers.
//!
//! ```sh
//! cargo run --release --example sentence_twins                      # trains a small encoder on pairs of its own
//! cargo run --release --example sentence_twins -- --model DIR --query "How do I get there?"
//! cargo run --release --example sentence_twins -- --model DIR --train FILE --out DIR
//! ```

mod batch;
mod config;
mod encoder;
mod model;
mod names;
mod nearest;
mod pairs;
mod recall;
#[cfg(test)]
mod tests;
mod texts;
mod tokens;
mod train;
mod twins;
mod widths;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use model::Model;
use nearest::nearest;
use pairs::Pairs;
use recall::recall;
use train::Training;

/// How many of the nearest texts are printed.
const SHOWN: usize = 5;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The folder with config.json, model.safetensors and tokenizer.json of a BERT; without it, a small new one is
    /// trained.
    #[arg(long)]
    model: Option<PathBuf>,
    /// The text to which the nearest are printed.
    #[arg(long)]
    query: Option<String>,
    /// The file with the texts, one a line; without it, a few that this program has, or the pairs held out.
    #[arg(long)]
    texts: Option<PathBuf>,
    /// The file with pairs of sentences to train on, one pair a line, with a tab between its sentences.
    #[arg(long)]
    train: Option<PathBuf>,
    /// The number of times that training sees each pair; by default 1 for a model, and 30 for a new one.
    #[arg(long)]
    epochs: Option<u64>,
    /// The learning rate; by default 2e-5 for a model, and 1e-3 for a new one.
    #[arg(long)]
    rate: Option<f64>,
    /// The output folder of the trained model.
    #[arg(long, default_value = "target/sentence_twins")]
    out: PathBuf,
    /// The seed of the random number generator.
    #[arg(long, default_value_t = 0)]
    seed: u64,
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
    let texts = arguments.texts.as_deref().map(texts::read).transpose()?;
    if let (Some(folder), None) = (&arguments.model, &arguments.train) {
        let Some(query) = &arguments.query else {
            return Err("nothing to do with the model: say --query TEXT or --train FILE".into());
        };
        let model = Model::open(folder)?;
        show(&model, query, &texts.unwrap_or_else(texts::own))?;
        return Ok(());
    }
    let pairs = Pairs::read(arguments.train.as_deref())?;
    let (model, result) = trained(arguments, &pairs)?;
    // By default, the sentences that training has not seen.
    let query = arguments.query.as_ref().unwrap_or(&pairs.held_out[0].0);
    let texts = texts.unwrap_or_else(|| pairs.held_out.iter().map(|(_, right)| right.clone()).collect());
    show(&model, query, &texts)?;
    println!("{result}");
    Ok(())
}

/// Prints the nearest texts.
fn show(model: &Model, query: &str, texts: &[String]) -> Result<(), String> {
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    let start = Instant::now();
    let rows = model.embed(&texts)?;
    println!("{} texts embedded in {:.3} s", texts.len(), start.elapsed().as_secs_f64());
    println!("nearest to: {query}");
    for (at, similarity) in &nearest(&model.embed(&[query])?, &rows, SHOWN)[0] {
        println!("{similarity:6.3} {}", texts[*at]);
    }
    Ok(())
}

/// Trains a model and saves it. Returns it with a line for scripts.
fn trained(arguments: &Arguments, pairs: &Pairs) -> Result<(Model, String), Box<dyn Error>> {
    if let Some(rate) = arguments.rate.filter(|rate| !(*rate >= 0.0 && rate.is_finite())) {
        return Err(format!("a learning rate is 0 or more, not {rate}").into());
    }
    let (mut model, epochs, rate) = match &arguments.model {
        Some(folder) => (Model::open(folder)?, 1, 2e-5),
        None => {
            println!("no --model: a small encoder is trained, and knows only the words of its pairs");
            let words = pairs.learned.iter().flat_map(|(left, right)| [&**left, right]);
            (Model::new(words, &mut StdRng::seed_from_u64(arguments.seed))?, 30, 1e-3)
        }
    };
    println!(
        "{} parameters, which both towers share; {} pairs, and {} held out",
        model.encoder.num_parameters(),
        pairs.learned.len(),
        pairs.held_out.len()
    );
    // Before the time for training is spent.
    model::create(&arguments.out)?;
    let training = Training {
        epochs: arguments.epochs.unwrap_or(epochs),
        rate: arguments.rate.unwrap_or(rate),
        seed: arguments.seed,
    };
    let before = recall(&model, &pairs.held_out)?;
    training.run(&mut model, &pairs.learned)?;
    let after = recall(&model, &pairs.held_out)?;
    model.save(&arguments.out)?;
    println!("of the pairs held out, {:.1} % find each other; {:.1} % before", 100.0 * after, 100.0 * before);
    println!("the model is in {}", arguments.out.display());
    Ok((model, format!("result: recall={after:.3} recall_before={before:.3}")))
}
