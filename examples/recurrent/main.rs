//! A recurrent language model whose head is its embedding: weights shared through time and by the vocabulary.
//!
//! ```sh
//! cargo run --release --example recurrent
//! ```

#[path = "../language/mod.rs"]
mod language;
mod model;
#[path = "../language/sample.rs"]
mod sample;

use std::process::ExitCode;

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use language::text::Text;
use language::{Arguments, train};
use model::GruModel;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let text = Text::read(arguments.data.as_deref())?;
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let mut net = GruModel::init(&mut rng);
    println!("{} parameters, at every step of time the same", GruModel::NUM_PARAMETERS);

    let write = |net: &GruModel, rng: &mut StdRng| sample::sample(|ids| net.forward(ids), &text, 120, rng);
    let curve = train::train(&mut net, &text, arguments.steps, &mut rng, write);
    language::report(&net, &text, &curve, "loss of a GRU whose head is its embedding", arguments)?;
    Ok(())
}
