//! Timing of calls: after a warm-up, in samples of many calls, interleaved if there are several to compare.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Work that is repeated.
pub(crate) trait Work {
    /// Runs it `times` times.
    fn repeat(&mut self, times: u32);
}

impl<T, F: FnMut() -> T> Work for F {
    fn repeat(&mut self, times: u32) {
        for _ in 0..times {
            black_box(self());
        }
    }
}

/// The durations of the warm-up and of a sample, and the number of samples.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) warm: Duration,
    pub(crate) sample: Duration,
    pub(crate) samples: usize,
}

/// Work after its warm-up, and the number of repetitions of each per sample.
pub(crate) struct Warm<'a, const N: usize> {
    work: [&'a mut dyn Work; N],
    pub(crate) times: [u32; N],
    samples: usize,
}

impl Plan {
    /// Repeats each until its warm-up is over.
    pub(crate) fn warm<const N: usize>(self, mut work: [&mut dyn Work; N]) -> Warm<'_, N> {
        let times = work.each_mut().map(|work| {
            // The first calls touch memory that may have been swapped out, so they count neither for the warm-up nor for the rate.
            work.repeat(3);
            let start = Instant::now();
            let (mut times, mut next, mut least) = (0_u32, 1, f64::INFINITY);
            while start.elapsed() < self.warm {
                let batch = Instant::now();
                work.repeat(next);
                least = least.min(batch.elapsed().as_secs_f64() / f64::from(next));
                times += next;
                // Reading the clock takes as long as a small product.
                next = (times / 8).max(1);
            }
            ((self.sample.as_secs_f64() / least) as u32).max(1)
        });
        Warm { work, times, samples: self.samples }
    }
}

impl<const N: usize> Warm<'_, N> {
    /// Seconds per call of each: `samples` samples of each, interleaved.
    pub(crate) fn measure(&mut self) -> [Vec<f64>; N] {
        let mut all = [const { Vec::new() }; N];
        for _ in 0..self.samples {
            for ((work, &times), samples) in self.work.iter_mut().zip(&self.times).zip(&mut all) {
                let start = Instant::now();
                work.repeat(times);
                samples.push(start.elapsed().as_secs_f64() / f64::from(times));
            }
        }
        all
    }
}

/// The median; the upper one of an even number of times.
pub(crate) fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
