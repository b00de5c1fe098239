//! A model with tied weights compared with the same model without, and with the same model whose sizes are all `DYN`.
//!
//! ```text
//! cargo bench --bench ties
//! ```
//!
//! A training step of each on one thread, interleaved: the two layers of workload a, the autoencoder of c on 64 rows,
//! and the GPT of d on 12 sequences. The ratio is the median of the ratios of adjacent samples.

mod dynamic;
#[path = "../common/gpt.rs"]
mod gpt;
#[path = "../common/random.rs"]
mod random;
#[path = "../common/tied_autoencoder.rs"]
mod tied_autoencoder;
#[path = "../common/tied_pair.rs"]
mod tied_pair;
#[path = "../common/timing.rs"]
mod timing;
mod untied;

use std::time::Duration;

use timing::{Plan, Work, median};

const PLAN: Plan = Plan { warm: Duration::from_millis(500), sample: Duration::from_millis(50), samples: 41 };

fn main() {
    tiedw::parallel::set_num_threads(1);
    println!("| model | tied, us a step | untied | tied / untied | with `DYN` | `DYN` / tied |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    line("pair", &mut tied_pair::step(), &mut untied::pair(), &mut dynamic::pair());
    line(
        "autoencoder",
        &mut tied_autoencoder::step(64),
        &mut untied::autoencoder(64),
        &mut dynamic::autoencoder(64),
    );
    line("GPT", &mut gpt::step(12), &mut untied::gpt(12), &mut dynamic::gpt(12));
}

fn line(model: &str, tied: &mut dyn Work, untied: &mut dyn Work, dynamic: &mut dyn Work) {
    let [tied, untied, dynamic] = PLAN.warm([tied, untied, dynamic]).measure();
    let ratio = |one: &[f64], other: &[f64]| {
        median(&one.iter().zip(other).map(|(one, other)| one / other).collect::<Vec<_>>())
    };
    let ratios = [ratio(&tied, &untied), ratio(&dynamic, &tied)];
    let [tied, untied, dynamic] = [tied, untied, dynamic].map(|samples| median(&samples) * 1e6);
    println!("| {model} | {tied:.2} | {untied:.2} | {:.3} | {dynamic:.2} | {:.3} |", ratios[0], ratios[1]);
}
