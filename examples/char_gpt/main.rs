//! A character-level GPT whose head is tied to its embedding.
//!
//! ```sh
//! cargo run --release --example char_gpt                  # on the documentation of this project
//! cargo run --release --example char_gpt -- --data FILE   # on any UTF-8 text
//! ```

mod generate;
mod model;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use language::{Arguments, Text, train};
use rand::{SeedableRng, rngs::StdRng};
use tiedw::Module;

use model::Gpt;

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
    let mut net = Gpt::new(text.vocabulary(), &mut rng);
    let shared = net.embed.num_parameters();
    println!("{} parameters, {shared} of which the head shares with the embedding", net.num_parameters());

    let write = |net: &Gpt, rng: &mut StdRng| generate::sample(net, &text, 120, rng);
    let curve = train(&mut net, &text, arguments.steps, &mut rng, write);
    println!("{}", generate::sample(&net, &text, 400, &mut rng));
    language::report(&net, &text, &curve, "loss of a GPT whose head is its embedding", arguments)?;
    Ok(())
}
