//! A recurrent language model with a tied head: weights are shared over time and with the embedding.
//!
//! ```sh
//! cargo run --release --example recurrent
//! ```

mod model;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use language::{Arguments, Text, sample, train};
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

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

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let text = Text::read(arguments.data.as_deref())?;
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let mut net = GruModel::new(text.vocabulary(), &mut rng);
    println!("{} parameters, at every step of time the same", net.num_parameters());

    let write = |net: &GruModel, rng: &mut StdRng| sample(|ids| net.forward(ids), &text, 120, rng);
    let curve = train(&mut net, &text, arguments.steps, &mut rng, write);
    language::report(&net, &text, &curve, "loss of a GRU whose head is its embedding", arguments)?;
    Ok(())
}
