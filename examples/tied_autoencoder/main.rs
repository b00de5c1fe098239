//! An autoencoder whose decoder borrows the transposed weight of its encoder, compared with an untied one.
//!
//! ```sh
//! cargo run --release --example tied_autoencoder                       # synthetic scribbles
//! cargo run --release --example tied_autoencoder -- --data DIR         # Omniglot, from its zip archives
//! ```

mod data;
mod net;
mod pictures;
mod scribbles;
mod train;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use data::Data;
use net::{Autoencoder, TiedAutoencoder, UntiedAutoencoder};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The folder with Omniglot's images_background_small1.zip and images_background_small2.zip.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The number of training steps.
    #[arg(long, default_value_t = 12000)]
    steps: usize,
    /// The seed of the random number generator.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The output folder of the pictures.
    #[arg(long, default_value = "target/tied_autoencoder")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok([tied, untied]) => {
            println!("result: tied_loss={tied:.5} untied_loss={untied:.5}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the errors of the tied and of the untied net.
fn run(arguments: &Arguments) -> Result<[f32; 2], Box<dyn Error>> {
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let data = match &arguments.data {
        Some(folder) => Data::omniglot(folder, &mut rng)?,
        None => {
            println!("no --data: the drawings are scribbles that this program makes itself");
            Data::scribbles(&mut rng)
        }
    };
    let (tied, tied_losses, tied_loss) = learn::<TiedAutoencoder>("tied", &data, arguments);
    let (untied, untied_losses, untied_loss) = learn::<UntiedAutoencoder>("untied", &data, arguments);
    let (tied_count, untied_count) = (tied.num_parameters(), untied.num_parameters());
    println!(
        "tying leaves {:.1} % of the weights, and changes the error by {:+.1} %",
        100.0 * tied_count as f64 / untied_count as f64,
        100.0 * (tied_loss / untied_loss - 1.0)
    );

    let drawings = data.shown(7);
    let rows = [
        ("drawn", drawings.clone()),
        ("tied", tied.forward(&drawings)),
        ("untied", untied.forward(&drawings)),
    ];
    pictures::reconstructions(&arguments.out, &rows)?;
    pictures::losses(&arguments.out, &tied_losses, &untied_losses)?;
    println!("pictures of the loss and of reconstructions are in {}", arguments.out.display());
    Ok([tied_loss, untied_loss])
}

/// Returns a trained net, the loss of each step, and the error on unseen drawings.
fn learn<A: Autoencoder>(name: &str, data: &Data, arguments: &Arguments) -> (A, Vec<f32>, f32) {
    // The same seed for both nets.
    let mut rng = StdRng::seed_from_u64(arguments.seed + 1);
    let (net, losses) = train::train::<A>(data, arguments.steps, &mut rng);
    let loss = mse_loss(&net.forward(&data.unseen), &data.unseen);
    println!("{name}: {} parameters, mean squared error {loss:.5}", net.num_parameters());
    (net, losses, loss)
}
