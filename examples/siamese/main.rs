//! Two towers with tied weights learn to tell whether two drawings show the same character.
//!
//! ```sh
//! cargo run --release --example siamese                       # characters that the program draws itself
//! cargo run --release --example siamese -- --data DIR         # Omniglot, from its zip archives
//! ```

mod characters;
#[path = "../drawings/mod.rs"]
mod drawings;
mod net;
mod one_shot;
mod picture;
mod runs;
mod strokes;
mod train;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};

use characters::Characters;
use drawings::{archive, drawing, error, omniglot};
use error::Error;
use one_shot::Run;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The folder that holds Omniglot's images_background_small1.zip, images_background_small2.zip and all_runs.zip.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How many batches of pairs to train on.
    #[arg(long, default_value_t = 6000)]
    steps: usize,
    /// Where the random numbers start.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The folder for the pictures.
    #[arg(long, default_value = "target/siamese")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(error) => {
            println!("result: one_shot_error={error:.3}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The error on the one-shot runs.
fn run(arguments: &Arguments) -> Result<f64, Error> {
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let (characters, runs) = match &arguments.data {
        Some(folder) => (Characters::new(omniglot::background(folder)?), runs::read(folder)?),
        None => {
            println!("no --data: the characters are strokes that this program draws, randomly distorted");
            strokes::draw(&mut rng)
        }
    };
    println!("{} characters, {} drawings", characters.count(), characters.drawings().count());

    let (net, losses) = train::train(&characters, arguments.steps, &mut rng);
    let pairs = characters.batch(12, &mut rng);
    picture::losses(&arguments.out, &losses)?;
    picture::pairs(&arguments.out, &pairs, &net)?;
    println!("pictures of the loss and of some pairs are in {}", arguments.out.display());

    let error = one_shot::error(&net, &runs);
    println!("one-shot error on {} runs of {} ways: {:.1} %", runs.len(), Run::ways(&runs), 100.0 * error);
    println!("chance: 95.0 %");
    if arguments.data.is_some() {
        println!("modified Hausdorff distance, on the same runs: 38.8 %");
    }
    Ok(error)
}
