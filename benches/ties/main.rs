//! A model with tied weights compared with the same model without: a tie costs no time.
//!
//! ```text
//! cargo bench --bench ties
//! ```
//!
//! A training step of each on one thread, interleaved: the two layers of workload a, the autoencoder of c on 64 rows,
//! and the GPT of d on 12 sequences. The ratio is the median of the ratios of adjacent samples.

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
    println!("| model | tied, us a step | untied | tied / untied |\n| --- | ---: | ---: | ---: |");
    line("pair", &mut tied_pair::step(), &mut untied::pair());
    line("autoencoder", &mut tied_autoencoder::step(64), &mut untied::autoencoder(64));
    line("GPT", &mut gpt::step(12), &mut untied::gpt(12));
}

fn line(model: &str, tied: &mut dyn Work, untied: &mut dyn Work) {
    let [tied, untied] = PLAN.warm([tied, untied]).measure();
    let ratios: Vec<f64> = tied.iter().zip(&untied).map(|(tied, untied)| tied / untied).collect();
    let [tied, untied] = [tied, untied].map(|samples| median(&samples) * 1e6);
    println!("| {model} | {tied:.2} | {untied:.2} | {:.3} |", median(&ratios));
}
