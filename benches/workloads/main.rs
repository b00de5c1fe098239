//! Training steps for comparison with other frameworks.
//!
//! ```text
//! cargo bench --bench workloads -- WORKLOAD THREADS
//! ```
//!
//! `WORKLOAD` is `a` (two tied layers), `b` (a Siamese pair), `c` (a tied autoencoder), `d` (a GPT whose head is tied
//! to its embedding) or `binf` (the encoder of `b`, forward, one row). Prints one tab-separated line: name, workload,
//! threads, the median, minimum and maximum time of a step in microseconds, and notes. The note `faults=3/700steps` is
//! the number of minor page faults in all measured steps: a warm step requests no memory from the system.

#[path = "../common/gpt.rs"]
mod gpt;
mod line;
mod one_row;
mod process;
#[path = "../common/random.rs"]
mod random;
#[path = "../common/siamese.rs"]
mod siamese;
#[path = "../common/tied_autoencoder.rs"]
mod tied_autoencoder;
#[path = "../common/tied_pair.rs"]
mod tied_pair;
#[path = "../common/timing.rs"]
mod timing;

use std::process::ExitCode;

use line::Line;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [workload, threads] = arguments.as_slice() else {
        eprintln!("usage: cargo bench --bench workloads -- WORKLOAD(a|b|c|d|binf) THREADS");
        return ExitCode::FAILURE;
    };
    let Some(threads) = threads.parse().ok().filter(|&threads| threads > 0) else {
        eprintln!("`{threads}` is no number of threads");
        return ExitCode::FAILURE;
    };
    tiedw::parallel::set_num_threads(threads);
    let line = Line { workload, threads };
    match workload.as_str() {
        "a" => line.of_step(tied_pair::step()),
        "b" => line.of_step(siamese::step::<512>(64)),
        "binf" => line.of_call(one_row::step()),
        "c" => line.of_step(tied_autoencoder::step(64)),
        "d" => line.of_step(gpt::step(12)),
        _ => {
            eprintln!("`{workload}` is no workload: a, b, c, d or binf");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
