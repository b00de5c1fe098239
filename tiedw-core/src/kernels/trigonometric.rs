//! Sine and cosine.

use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Computed at a time, so that few far elements do not slow down the others.
const BLOCK: usize = 64;

/// `f` of the sine and the cosine of each element: up to two results.
#[inline(always)]
pub(crate) fn of_sin_cos<E: Element, const N: usize>(
    x: &[E],
    f: impl Fn(E, E) -> [E; N] + Copy + Sync,
) -> [PooledVec<E>; N] {
    let mut y = [(); N].map(|()| PooledVec::unset(x.len()));
    match share_of_rows(x.len(), BLOCK) {
        None => of_part(x, y.each_mut().map(|y| &mut y[..]), f),
        Some(share) => {
            let mut parts = y.each_mut().map(|y| y.chunks_mut(share));
            let parts = x.chunks(share).map(|x| {
                (x, parts.each_mut().map(|parts| parts.next().expect("as many parts as the argument has")))
            });
            parallel_for_each(parts, |(x, y)| of_part(x, y, f));
        }
    }
    y
}

vectorized! {
    fn of_part[E: Element, const N: usize, F: Fn(E, E) -> [E; N] + Copy](x: &[E], y: [&mut [E]; N], f: F) {
        let mut y = y;
        let (mut angles, mut results) = ([E::ZERO; BLOCK], [[E::ZERO; BLOCK]; N]);
        for (block, x) in x.chunks(BLOCK).enumerate() {
            angles[..x.len()].copy_from_slice(x);
            let mut are_near = true;
            for at in 0..BLOCK {
                let (sin, cos) = angles[at].sin_cos_near();
                are_near &= angles[at].abs() < E::FAR_ANGLE;
                for (results, result) in results.iter_mut().zip(f(sin, cos)) {
                    results[at] = result;
                }
            }
            if !are_near {
                for (at, &x) in x.iter().enumerate() {
                    let (sin, cos) = x.sin_cos();
                    for (results, result) in results.iter_mut().zip(f(sin, cos)) {
                        results[at] = result;
                    }
                }
            }
            for (y, results) in y.iter_mut().zip(&results) {
                y[block * BLOCK..][..x.len()].copy_from_slice(&results[..x.len()]);
            }
        }
    }
}

/// From here on the reduction of [`sin_cos`] is not exact enough.
pub(super) const FAR_ANGLE: f32 = 1e6;

/// The sine and the cosine of an angle below [`FAR_ANGLE`], in `f64` without branches, so that loops over them are vectorized.
///
/// x = n π/2 + r with |r| <= π/4; the polynomials in r are those of FreeBSD's `k_sinf.c` and `k_cosf.c`.
#[inline(always)]
pub(super) fn sin_cos(x: f32) -> (f32, f32) {
    // 1.5 · 2⁵²: adding it rounds to an integer, which is then in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // π/2 in two parts, of which the first has 33 digits, so that its product with n is exact.
    const HIGH: f64 = 1.570_796_326_734_125_6;
    const LOW: f64 = 6.077_100_506_506_192e-11;
    let x = f64::from(x);
    let rounded = x * std::f64::consts::FRAC_2_PI + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * HIGH) - n * LOW;
    let z = r * r;
    let sin = -1.983_933_483_609_663e-4 + z * 2.718_311_493_989_822e-6;
    let sin = r * (1.0 + z * (-0.166_666_666_416_265_24 + z * (8.333_329_385_889_463e-3 + z * sin)));
    let cos = -1.388_676_377_460_993e-3 + z * 2.439_044_879_627_741_4e-5;
    let cos = 1.0 + z * (-0.499_999_997_251_031 + z * (4.166_662_332_373_906e-2 + z * cos));
    let quarters = rounded.to_bits();
    let (a, b) = if quarters & 1 == 0 { (sin, cos) } else { (cos, sin) };
    // The sign of the sine changes in the third and fourth quarter, that of the cosine in the second and third.
    let signed = |x: f64, quarters: u64| f64::from_bits(x.to_bits() ^ ((quarters & 2) << 62)) as f32;
    (signed(a, quarters), signed(b, quarters.wrapping_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_close() {
        for step in -400_000..400_000 {
            for x in [step as f32 * 1e-4, step as f32 * 2.4] {
                let (sin, cos) = sin_cos(x);
                let x = f64::from(x);
                for (ours, exact) in [(sin, x.sin()), (cos, x.cos())] {
                    let error = (f64::from(ours) - exact).abs();
                    assert!(error <= 6.1e-8 * exact.abs(), "{x}: {ours}, not {exact}");
                }
            }
        }
        assert!(sin_cos(-0.0).0.is_sign_negative());
    }
}
