//! The training steps that other frameworks are measured on.
//!
//! ```text
//! cargo bench --bench workloads -- WORKLOAD THREADS
//! ```
//!
//! `WORKLOAD` is `a` (two tied layers), `b` (a Siamese pair), `c` (a tied autoencoder), `d` (a GPT whose
//! head is its embedding) or `binf` (the encoder of `b`, forward, one row). Prints one line, separated by tabs: name, workload, threads, median, least and largest
//! time of a step in microseconds, notes.

mod gpt;
mod harness;
mod siamese;
mod tied_autoencoder;
mod tied_pair;

use std::process::ExitCode;

use harness::Bench;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [workload, threads] = arguments.as_slice() else {
        eprintln!("usage: cargo bench --bench workloads -- WORKLOAD(a|b|c|d|binf) THREADS");
        return ExitCode::FAILURE;
    };
    let Ok(threads) = threads.parse() else {
        eprintln!("`{threads}` is no number of threads");
        return ExitCode::FAILURE;
    };
    tiedw::parallel::set_num_threads(threads);
    let bench = Bench { workload, threads };
    match workload.as_str() {
        "a" => tied_pair::step(bench),
        "b" => siamese::step(bench),
        "binf" => siamese::one_row(bench),
        "c" => tied_autoencoder::step(bench),
        "d" => gpt::step(bench),
        _ => {
            eprintln!("`{workload}` is no workload: a, b, c, d or binf");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
