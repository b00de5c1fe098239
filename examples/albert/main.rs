//! A language model of twelve layers that share one set of weights through ties.
//!
//! ```sh
//! cargo run --release --example albert
//! ```

mod model;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use language::{Arguments, Text, sample, train};
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use model::{Albert, Block, LAYERS};

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
    let mut net = Albert::new(text.vocabulary(), &mut rng);
    let parameters = net.num_parameters();
    let untied = parameters + (LAYERS - 1) * Block::NUM_PARAMETERS;
    println!("{LAYERS} layers, {parameters} parameters; {untied} if no layer borrowed");

    let write = |net: &Albert, rng: &mut StdRng| sample(|ids| net.forward(ids), &text, 120, rng);
    let curve = train(&mut net, &text, arguments.steps, &mut rng, write);
    language::report(&net, &text, &curve, "loss of twelve layers with one set of weights", arguments)?;
    Ok(())
}
