//! Random data from a fixed seed.

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

pub(crate) fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

/// A tensor of uniform random values between `low` and `high`.
pub(crate) fn uniform<const F: usize>(rows: usize, low: f32, high: f32, rng: &mut impl Rng) -> Tensor<F> {
    Tensor::from_vec([rows], (0..rows * F).map(|_| rng.random_range(low..high)).collect())
}
