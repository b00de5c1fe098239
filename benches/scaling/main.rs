//! How the time of a training step scales with the batch size, and with the width.
//!
//! ```text
//! cargo bench --bench scaling [-- THREADS]
//! ```
//!
//! Workloads b (pairs of images), c (images) and d (sequences of 64 characters) with increasing batch sizes, and b with
//! increasing widths of the hidden layer. GFLOP/s counts only matrix products. `ratio` is the time per row, or per unit
//! of the hidden layer, relative to the first line: 1 if the time is proportional to the work, less if part of it is
//! constant.

#[path = "../common/gpt.rs"]
mod gpt;
#[path = "../common/random.rs"]
mod random;
#[path = "../common/siamese.rs"]
mod siamese;
#[path = "../common/tied_autoencoder.rs"]
mod tied_autoencoder;
#[path = "../common/timing.rs"]
mod timing;

use std::process::ExitCode;
use std::time::Duration;

use timing::{Plan, median};

const PLAN: Plan = Plan { warm: Duration::from_millis(300), sample: Duration::from_millis(100), samples: 7 };

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let threads = arguments.next().unwrap_or("1".to_owned());
    let Some(threads) = threads.parse().ok().filter(|&threads| threads > 0) else {
        eprintln!("usage: cargo bench --bench scaling [-- THREADS]");
        return ExitCode::FAILURE;
    };
    tiedw::parallel::set_num_threads(threads);
    println!("threads: {threads}");

    let batches = [64, 128, 256, 512, 1024, 2048, 4096];

    let mut table = Table::new("b: Siamese 784-512-128", "pairs", "pair");
    for pairs in batches {
        table.line(pairs, pairs, siamese_flops(pairs, 512), siamese::step::<512>(pairs));
    }
    let mut table = Table::new("c: tied autoencoder 784-128-784", "rows", "row");
    for rows in batches {
        table.line(rows, rows, autoencoder_flops(rows), tied_autoencoder::step(rows));
    }
    let mut table = Table::new("d: GPT", "sequences", "sequence");
    for sequences in [3, 6, 12, 24, 48, 96] {
        table.line(sequences, sequences, gpt_flops(sequences), gpt::step(sequences));
    }
    let mut table = Table::new("b on 64 pairs, by the width of the hidden layer", "hidden", "pair");
    table.line(128, 64, siamese_flops(64, 128), siamese::step::<128>(64));
    table.line(256, 64, siamese_flops(64, 256), siamese::step::<256>(64));
    table.line(512, 64, siamese_flops(64, 512), siamese::step::<512>(64));
    table.line(1024, 64, siamese_flops(64, 1024), siamese::step::<1024>(64));
    ExitCode::SUCCESS
}

/// For both images the forward pass, the gradients of both weights, and the cotangent of the hidden layer.
fn siamese_flops(pairs: usize, hidden: usize) -> usize {
    2 * pairs * 2 * hidden * (2 * (784 + 128) + 128)
}

/// For both layers the forward pass and the gradient of the weight, and once the cotangent of the code.
fn autoencoder_flops(rows: usize) -> usize {
    rows * 2 * 5 * 784 * 128
}

/// The forward pass of each product and the cotangents of both factors; only scores on and below the diagonal count.
fn gpt_flops(sequences: usize) -> usize {
    let weights = 4 * 12 * gpt::WIDTH * gpt::WIDTH + gpt::VOCABULARY * gpt::WIDTH;
    let scores = 4 * 2 * gpt::WIDTH * (gpt::CONTEXT + 1) / 2;
    sequences * gpt::CONTEXT * 3 * 2 * (weights + scores)
}

struct Table {
    /// The size and the time in the first line.
    first: Option<(usize, f64)>,
}

impl Table {
    fn new(title: &str, size: &str, row: &str) -> Self {
        println!("\n{title}\n\n| {size} | us a step | us a {row} | GFLOP/s | ratio |");
        println!("| ---: | ---: | ---: | ---: | ---: |");
        Table { first: None }
    }

    fn line(&mut self, size: usize, rows: usize, flops: usize, mut step: impl FnMut() -> f32) {
        let [samples] = PLAN.warm([&mut step]).measure();
        let seconds = median(&samples);
        let (first_size, first_seconds) = *self.first.get_or_insert((size, seconds));
        println!(
            "| {size} | {:.0} | {:.2} | {:.1} | {:.2} |",
            seconds * 1e6,
            seconds * 1e6 / rows as f64,
            flops as f64 / seconds / 1e9,
            seconds / first_seconds * first_size as f64 / size as f64,
        );
    }
}
