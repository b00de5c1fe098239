//! Measures the time per step outside of forward and backward, by the size of the gradient: the all-reduce,
//! and the local work of each rank (copies and AdamW). Source of the numbers in `docs/scaling.md`.
//!
//! ```sh
//! cargo build --release -p distributed --features mpi
//! mpirun -n 2 target/release/all_reduce
//! ```

use std::time::{Duration, Instant};

use tiedw::Vector;
use tiedw::optim::AdamW;
use tiedw::parallel::mpi::{AllReduce, Ranks, Traffic};

fn main() {
    let ranks = Ranks::init();
    if ranks.is_first() {
        let heads =
            ["bytes", "sum: median", "least", "own: median", "least"].map(|head| format!("{head:>12}"));
        println!("{} ranks, microseconds\n{}", ranks.size(), heads.join(" "));
    }
    for measure in [
        measure::<1>,
        measure::<1_024>,
        measure::<16_384>,
        measure::<131_072>,
        measure::<1_048_576>,
        measure::<8_388_608>,
    ] {
        measure(&ranks);
    }
}

fn measure<const N: usize>(ranks: &Ranks) {
    let mut vector = Vector::<N>::zeros();
    let (mut all_reduce, mut adam) = (AllReduce::new(&vector), AdamW::new(1e-3));
    let (mut sums, mut others) = (Vec::new(), Vec::new());
    for _ in 0..if N > 100_000 { 30 } else { 1000 } {
        let (before, start) = (ranks.traffic(), Instant::now());
        let (_, gradient) = all_reduce.value_and_grad(ranks, &vector, ranks.size(), |_, gradient, _| {
            gradient[0] += 1.0;
            1.0
        });
        adam.step(&mut vector, gradient);
        let sum = (ranks.traffic() - before).time;
        sums.push(sum);
        others.push(start.elapsed() - sum);
    }
    if ranks.is_first() {
        let bytes = Traffic::of_step(&vector).bytes;
        println!("{bytes:>12} {} {}", median_and_least(sums), median_and_least(others));
    }
}

/// Formats the median and the minimum in microseconds.
fn median_and_least(mut times: Vec<Duration>) -> String {
    times.sort();
    let [median, least] = [times[times.len() / 2], times[0]].map(|time| time.as_secs_f64() * 1e6);
    format!("{median:>12.1} {least:>12.1}")
}
