//! A GPT whose head is its embedding learns a text, character by character.
//!
//! ```sh
//! cargo run --release --example char_gpt                  # on the documentation of this project
//! cargo run --release --example char_gpt -- --data FILE   # on any UTF-8 text
//! ```

mod generate;
mod model;
mod picture;
mod text;
mod train;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};

use text::Text;

/// What is learned where no file is named.
const DOCUMENTATION: [&str; 4] = [
    include_str!("../../docs/ties.md"),
    include_str!("../../docs/bodies.md"),
    include_str!("../../docs/operations.md"),
    include_str!("../../README.md"),
];

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// A text to learn.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How many batches to learn from.
    #[arg(long, default_value_t = 800)]
    steps: usize,
    /// Where the random numbers start.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The folder for the picture.
    #[arg(long, default_value = "target/char_gpt")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(loss) => {
            println!("result: val_loss={loss:.3}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// The loss on the part of the text that was kept back, in nats per character.
fn run(arguments: &Arguments) -> Result<f32, String> {
    let source = match &arguments.data {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?,
        None => {
            println!("no --data: the text is the documentation of this project");
            DOCUMENTATION.join("\n")
        }
    };
    let text = Text::new(&source)
        .ok_or_else(|| format!("{} characters are too few to learn from", source.chars().count()))?;
    println!("{} characters, {} of them distinct", text.len(), text.distinct());

    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let (net, curve) = train::train(&text, arguments.steps, &mut rng);
    println!("{}", generate::sample(&net, &text, 400, &mut rng));

    let loss = train::validation_loss(&net, &text);
    println!("{loss:.3} nats, or {:.3} bits, per character", loss / std::f32::consts::LN_2);
    picture::losses(&arguments.out, &curve)?;
    println!("a picture of the loss is in {}", arguments.out.display());
    Ok(loss)
}
