//! How long a call takes: once warm, in samples of many calls, by turns where there are several to compare.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// What is done over and over.
pub(crate) trait Work {
    /// Does it so many times.
    fn repeat(&mut self, times: u32);
}

impl<T, F: FnMut() -> T> Work for F {
    fn repeat(&mut self, times: u32) {
        for _ in 0..times {
            black_box(self());
        }
    }
}

/// How long to measure.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) warm: Duration,
    pub(crate) sample: Duration,
    pub(crate) samples: usize,
}

/// Work that was done until it was warm, and how many times a sample repeats each.
pub(crate) struct Warm<'a, const N: usize> {
    work: [&'a mut dyn Work; N],
    pub(crate) times: [u32; N],
    samples: usize,
}

impl Plan {
    /// Does each until it is warm.
    pub(crate) fn warm<const N: usize>(self, mut work: [&mut dyn Work; N]) -> Warm<'_, N> {
        let times = work.each_mut().map(|work| {
            let start = Instant::now();
            let (mut times, mut next) = (0_u32, 1);
            while start.elapsed() < self.warm {
                work.repeat(next);
                times += next;
                // A look at the clock takes as long as a small product.
                next = (times / 8).max(1);
            }
            let share = self.sample.as_secs_f64() / start.elapsed().as_secs_f64();
            ((f64::from(times) * share) as u32).max(1)
        });
        Warm { work, times, samples: self.samples }
    }
}

impl<const N: usize> Warm<'_, N> {
    /// Seconds a call of each: a sample of each, by turns, as often as planned.
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

/// The number in the middle, by size.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
