//! Random zeros.

use super::simd::vectorized;
use crate::Element;
use crate::buffer::Buffer;

vectorized! {
    /// Each number times `scale`, or times 0 with probability `p`, by the place of the number and `seed` alone.
    pub(crate) fn dropout[E: Element](x: &[E], p: f64, scale: E, seed: u64) -> Buffer<E> {
        let (low, high) = (seed as u32, (seed >> 32) as u32);
        let threshold = (p * 4_294_967_296.0) as u32;
        let mut y = Buffer::zeros(x.len());
        for (place, (y, &x)) in y.iter_mut().zip(x).enumerate() {
            let hash = mix(mix(place as u32 ^ low) ^ high);
            *y = x * if hash < threshold { E::ZERO } else { scale };
        }
        y
    }
}

/// A permutation of the 32-bit numbers in which every bit depends on every other: Wellons, "Prospecting for Hash
/// Functions", 2018.
#[inline(always)]
fn mix(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}
