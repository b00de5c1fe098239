//! An autoencoder whose decoder borrows its encoder's weight, transposed, beside one that owns both.
//!
//! ```sh
//! cargo run --release --example tied_autoencoder
//! ```

mod net;
mod picture;
mod scribbles;
mod train;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use net::{Autoencoder, TiedAutoencoder, UntiedAutoencoder};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// How many batches of drawings to learn from.
    #[arg(long, default_value_t = 12000)]
    steps: usize,
    /// Where the random numbers start.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The folder for the picture.
    #[arg(long, default_value = "target/tied_autoencoder")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    println!("the drawings are scribbles that this program makes itself");
    let (tied, tied_loss) = learn::<TiedAutoencoder>("tied", &arguments);
    let (untied, untied_loss) = learn::<UntiedAutoencoder>("untied", &arguments);
    let (tied_count, untied_count) = (tied.num_parameters(), untied.num_parameters());
    println!(
        "tying leaves {:.1} % of the weights, and changes the error by {:+.1} %",
        100.0 * tied_count as f64 / untied_count as f64,
        100.0 * (tied_loss / untied_loss - 1.0)
    );

    let drawings = scribbles::batch(8, &mut StdRng::seed_from_u64(arguments.seed + 2));
    let rows = [
        ("drawn", drawings.clone()),
        ("tied", tied.forward(&drawings)),
        ("untied", untied.forward(&drawings)),
    ];
    if let Err(problem) = picture::rows(&arguments.out, &rows) {
        eprintln!("{problem}");
        return ExitCode::FAILURE;
    }
    println!("a picture of drawings and reconstructions is in {}", arguments.out.display());
    println!("result: tied_loss={tied_loss:.5} untied_loss={untied_loss:.5}");
    ExitCode::SUCCESS
}

/// A trained net, and its error on drawings that it has not seen.
fn learn<A: Autoencoder>(name: &str, arguments: &Arguments) -> (A, f32) {
    // Both nets see the same drawings.
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let net = train::train::<A>(arguments.steps, &mut rng);
    let unseen = scribbles::batch(500, &mut StdRng::seed_from_u64(arguments.seed + 1));
    let loss = mse_loss(&net.forward(&unseen), &unseen);
    println!("{name}: {} parameters, mean squared error {loss:.5}", net.num_parameters());
    (net, loss)
}
