//! Times a step: warm for a second and a half, then 21 samples of about a tenth of a second.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

const WARM: Duration = Duration::from_millis(1500);
const SAMPLE: f64 = 0.1;
const SAMPLES: usize = 21;

pub(crate) struct Bench<'a> {
    pub(crate) workload: &'a str,
    pub(crate) threads: usize,
}

impl Bench<'_> {
    /// Prints the line of a step that returns its loss.
    pub(crate) fn run(self, mut step: impl FnMut() -> f32) {
        let start = Instant::now();
        let first_loss = step();
        let first = start.elapsed();

        let (start, mut steps) = (Instant::now(), 0_u32);
        while start.elapsed() < WARM {
            black_box(step());
            steps += 1;
        }
        let steps = ((f64::from(steps) / WARM.as_secs_f64() * SAMPLE) as u32).max(1);

        let mut loss = first_loss;
        let mut samples: Vec<f64> = (0..SAMPLES)
            .map(|_| {
                let start = Instant::now();
                for _ in 0..steps {
                    loss = black_box(step());
                }
                start.elapsed().as_secs_f64() * 1e6 / f64::from(steps)
            })
            .collect();
        samples.sort_by(f64::total_cmp);
        println!(
            "tiedw\t{}\t{}\t{:.2}\t{:.2}\t{:.2}\t{}first={:.3}s loss0={first_loss:.4} loss={loss:.4}",
            self.workload,
            self.threads,
            samples[SAMPLES / 2],
            samples[0],
            samples[SAMPLES - 1],
            peak_memory().map(|mebibytes| format!("peak={mebibytes}MiB ")).unwrap_or_default(),
            first.as_secs_f64(),
        );
    }
}

/// The most memory that the process held, where the system says it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

pub(crate) fn rng() -> impl Rng {
    StdRng::seed_from_u64(1)
}

/// A tensor of numbers between `low` and `high`.
pub(crate) fn uniform<const F: usize>(rows: usize, low: f32, high: f32, rng: &mut impl Rng) -> Tensor<F> {
    Tensor::from_vec([rows], (0..rows * F).map(|_| rng.random_range(low..high)).collect())
}
