//! Two towers with tied weights learn whether two drawings show the same character.
//!
//! ```sh
//! cargo run --release --example siamese                       # synthetic characters
//! cargo run --release --example siamese -- --data DIR         # Omniglot, from its zip archives
//! cargo run --release --example siamese -- --model conv       # four convolutions instead of two linear layers
//! ```

mod characters;
mod conv;
mod episodes;
mod mlp;
mod one_shot;
mod pictures;
mod runs;
mod strokes;
mod train_episodes;
mod train_pairs;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use drawings::{Drawing, PIXELS, SIDE, omniglot};
use rand::{SeedableRng, rngs::StdRng};
use tiedw::Tensor;

use characters::Characters;
use one_shot::Run;

#[derive(Clone, Copy, ValueEnum)]
enum Model {
    Mlp,
    Conv,
}

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The folder with Omniglot's images_background_small1.zip, images_background_small2.zip and all_runs.zip.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Two linear layers trained on pairs of drawings, or four convolutions trained on episodes.
    #[arg(long, value_enum, default_value_t = Model::Mlp)]
    model: Model,
    /// The number of training steps; by default 6000 on pairs or 3000 on episodes.
    #[arg(long)]
    steps: Option<usize>,
    /// The seed of the random number generator.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The output folder of the pictures.
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

/// Trains the network, and returns its error on the one-shot runs.
fn run(arguments: &Arguments) -> Result<f64, Box<dyn Error>> {
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let (characters, runs) = match &arguments.data {
        Some(folder) => (Characters::new(omniglot::background(folder)?), runs::read(folder)?),
        None => {
            println!("no --data: the characters are strokes that this program draws, randomly distorted");
            strokes::draw(&mut rng)
        }
    };
    println!("{} characters, {} drawings", characters.count(), characters.drawings().count());

    let error = match arguments.model {
        Model::Mlp => mlp(arguments, &characters, &runs, &mut rng)?,
        Model::Conv => conv(arguments, &characters, &runs, &mut rng)?,
    };
    println!("one-shot error on {} runs of {} ways: {:.1} %", runs.len(), Run::ways(&runs), 100.0 * error);
    println!("chance: 95.0 %");
    if arguments.data.is_some() {
        println!("modified Hausdorff distance, on the same runs: 38.8 %");
    }
    println!("pictures are in {}", arguments.out.display());
    Ok(error)
}

/// Trains two linear layers on pairs.
fn mlp(
    arguments: &Arguments,
    characters: &Characters,
    runs: &[Run],
    rng: &mut StdRng,
) -> Result<f64, picture::Error> {
    let (net, losses) = train_pairs::train(characters, arguments.steps.unwrap_or(6000), rng);
    pictures::losses(&arguments.out, "contrastive loss", &losses)?;
    judge(|pixels| net.left.forward(pixels), arguments, characters, runs, rng)
}

/// Trains four convolutions on episodes.
fn conv(
    arguments: &Arguments,
    characters: &Characters,
    runs: &[Run],
    rng: &mut StdRng,
) -> Result<f64, picture::Error> {
    let trained = train_episodes::train(characters, runs, arguments.steps.unwrap_or(3000), rng);
    pictures::losses(&arguments.out, "loss of episodes", &trained.losses)?;
    pictures::curve(&arguments.out, &trained.curve)?;
    for (seconds, error) in &trained.curve {
        println!("after {seconds:.0} s: {:.1} %", 100.0 * error);
    }
    let encode = |pixels: &Tensor<PIXELS>| {
        trained.net.known.forward(&pixels.unflatten::<1, _>([pixels.rows(), SIDE, SIDE]))
    };
    judge(encode, arguments, characters, runs, rng)
}

/// Draws pictures of a trained network's embeddings, and returns its error on the one-shot runs.
fn judge<const CODE: usize>(
    encode: impl Fn(&Tensor<PIXELS>) -> Tensor<CODE>,
    arguments: &Arguments,
    characters: &Characters,
    runs: &[Run],
    rng: &mut StdRng,
) -> Result<f64, picture::Error> {
    let pairs = characters.batch(12, rng);
    let distances = one_shot::distances(&encode(&pairs.a), &encode(&pairs.b));
    pictures::pairs(&arguments.out, &pairs, &distances)?;

    let encode = |drawings: &[Drawing]| encode(&one_shot::rows(drawings));
    let few = characters.several(6, false, rng);
    let few: Vec<Vec<Drawing>> =
        few.into_iter().map(|drawings| drawings.iter().take(8).cloned().collect()).collect();
    pictures::embedding(&arguments.out, &few, encode)?;
    if let Some(run) = runs.first() {
        pictures::one_shot(&arguments.out, run, &one_shot::nearest(encode, run))?;
    }
    Ok(one_shot::error(encode, runs))
}
