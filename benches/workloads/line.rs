//! Timing of a workload: a warm-up of 1.5 seconds, then 21 samples of about 0.1 seconds.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::process::{minor_faults, peak_memory};
use crate::timing::{Plan, median};

const PLAN: Plan =
    Plan { warm: Duration::from_millis(1500), sample: Duration::from_millis(100), samples: 21 };

pub(crate) struct Line<'a> {
    pub(crate) workload: &'a str,
    pub(crate) threads: usize,
}

impl Line<'_> {
    /// Times a step that returns its loss, and prints a line.
    pub(crate) fn of_step(self, mut step: impl FnMut() -> f32) {
        let start = Instant::now();
        let first_loss = step();
        let first = start.elapsed();
        let mut loss = first_loss;
        let notes = self.start(first, || loss = black_box(step()));
        println!("{notes} loss0={first_loss:.4} loss={loss:.4}");
    }

    /// Times a call, and prints a line.
    pub(crate) fn of_call<T>(self, mut call: impl FnMut() -> T) {
        let start = Instant::now();
        black_box(call());
        let first = start.elapsed();
        println!("{}", self.start(first, call));
    }

    /// The line without notes on the results of the work.
    fn start<T>(self, first: Duration, mut work: impl FnMut() -> T) -> String {
        let mut warm = PLAN.warm([&mut work]);
        let faults_before = minor_faults();
        let [samples] = warm.measure();
        let faults = minor_faults().zip(faults_before).map(|(after, before)| after - before);
        let steps = samples.len() * warm.times[0] as usize;
        let least = samples.iter().copied().fold(f64::INFINITY, f64::min);
        let most = samples.iter().copied().fold(0.0, f64::max);
        let [median, least, most] = [median(&samples), least, most].map(|time| time * 1e6);
        let mut line =
            format!("tiedw\t{}\t{}\t{median:.2}\t{least:.2}\t{most:.2}\t", self.workload, self.threads);
        if let Some(mebibytes) = peak_memory() {
            line += &format!("peak={mebibytes}MiB ");
        }
        if let Some(faults) = faults {
            line += &format!("faults={faults}/{steps}steps ");
        }
        line + &format!("first={:.3}s", first.as_secs_f64())
    }
}
