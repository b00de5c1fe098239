//! Dropout.

use super::Elementary;
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Multiplies each element by `scale`, or by 0 with probability `threshold` · 2⁻³², depending only on its index and `seed`.
pub(crate) fn dropout<E: Element>(x: &[E], threshold: u32, scale: E, seed: u64) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 1) {
        None => dropout_part(x, 0, threshold, scale, seed, &mut y),
        Some(share) => {
            let parts = x.chunks(share).zip(y.chunks_mut(share)).enumerate();
            parallel_for_each(parts, |(part, (x, y))| {
                dropout_part(x, part * share, threshold, scale, seed, y);
            });
        }
    }
    y
}

vectorized! {
    fn dropout_part[E: Element](x: &[E], first: usize, threshold: u32, scale: E, seed: u64, y: &mut [E]) {
        let (low, high) = (seed as u32, (seed >> 32) as u32);
        for (place, (y, &x)) in y.iter_mut().zip(x).enumerate() {
            *y = x * if hash(first + place, low, high) < threshold { E::ZERO } else { scale };
        }
    }
}

/// The number of hashes that set an element to 0 with probability `p`.
#[inline]
pub(crate) fn threshold<E: Element>(p: E) -> u32 {
    let count = (p.widen() * E::Wide::from_f64(4_294_967_296.0)).truncated();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Dropout with probability `p`, as a function of the index of an element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zeros {
    pub(crate) p: f64,
    pub(crate) seed: u64,
}

impl Zeros {
    /// Sets elements to 0, or else divides them by 1 - p; the index of the first one is `first`.
    pub(crate) fn apply<E: Element>(self, x: &mut [E], first: usize) {
        // With p = 1 all are 0, and 1 / (1 - p) would be infinite.
        let scale = if self.p < 1.0 { 1.0 / (1.0 - self.p) } else { 0.0 };
        dropout_in_place(x, first, threshold(self.p), E::from_f64(scale), self.seed);
    }
}

vectorized! {
    fn dropout_in_place[E: Element](x: &mut [E], first: usize, threshold: u32, scale: E, seed: u64) {
        let (low, high) = (seed as u32, (seed >> 32) as u32);
        for (place, x) in x.iter_mut().enumerate() {
            *x *= if hash(first + place, low, high) < threshold { E::ZERO } else { scale };
        }
    }
}

#[inline(always)]
fn hash(place: usize, low: u32, high: u32) -> u32 {
    mix(mix(place as u32 ^ low) ^ high)
}

/// A permutation of the 32-bit integers in which every bit depends on every other: Wellons, "Prospecting for Hash
/// Functions", 2018.
#[inline(always)]
fn mix(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}
