//! A number that tells arrays apart.

use super::simd::vectorized;
use crate::Element;

/// Enough independent numbers that their loop is vectorized.
const LANES: usize = 64;

/// The fingerprint of the elements and their order, which all NaN share.
pub(crate) fn fingerprint<E: Element>(x: &[E]) -> u64 {
    // FNV-1a of each lane, whose start tells the lanes apart.
    let mut lanes = std::array::from_fn(|lane| 0x811c_9dc5_u32.wrapping_add(lane as u32));
    mix(x, &mut lanes);
    lanes.iter().fold(x.len() as u64, |all, &lane| all.wrapping_mul(0x100_0000_01b3) ^ u64::from(lane))
}

vectorized! {
    fn mix[E: Element](x: &[E], lanes: &mut [u32; LANES]) {
        let (chunks, rest) = x.as_chunks::<LANES>();
        for x in chunks {
            for lane in 0..LANES {
                lanes[lane] = mixed(lanes[lane], x[lane]);
            }
        }
        for (lane, &x) in lanes.iter_mut().zip(rest) {
            *lane = mixed(*lane, x);
        }
    }
}

#[inline(always)]
fn mixed<E: Element>(lane: u32, x: E) -> u32 {
    let bits = x.fingerprint();
    (lane ^ (bits ^ bits >> 32) as u32).wrapping_mul(0x0100_0193)
}
