//! Functions in `f64`, without branches, so that loops over them are vectorized.

use super::simd::MulAdd;

/// 1.5 · 2⁵²: adding it rounds to an integer, which is then in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// exp(x), with an error of at most two units in the last place.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2.
#[inline(always)]
pub(super) fn exp(x: f64, mul_add: MulAdd) -> f64 {
    // ln 2 in two parts, of which the first has 33 digits, so that its product with n is exact.
    const HIGH: f64 = 6.931_471_803_691_238e-1;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    // Beyond these bounds the result is infinite or zero; NaN passes both comparisons.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let rounded = mul_add.of(x, std::f64::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = mul_add.of(n, -LOW, mul_add.of(n, -HIGH, x));
    // Interpolates (exp(r) - 1 - r) / r² at Chebyshev nodes.
    let p = mul_add.of(2.091_437_649_469_986_5e-9, r, 2.510_521_155_499_200_4e-8);
    let p = mul_add.of(p, r, 2.755_727_448_109_649_3e-7);
    let p = mul_add.of(p, r, 2.755_725_541_329_919_3e-6);
    let p = mul_add.of(p, r, 2.480_158_732_476_617e-5);
    let p = mul_add.of(p, r, 1.984_126_987_481_030_5e-4);
    let p = mul_add.of(p, r, 1.388_888_888_888_404e-3);
    let p = mul_add.of(p, r, 8.333_333_333_326_138e-3);
    let p = mul_add.of(p, r, 4.166_666_666_666_667e-2);
    let p = mul_add.of(p, r, 1.666_666_666_666_666_7e-1);
    let p = mul_add.of(p, r, 0.5);
    let p = 1.0 + mul_add.of(p, r * r, r);
    // Two factors, since 2ⁿ alone may be out of range.
    let n = rounded.to_bits().cast_signed().wrapping_sub(ROUND.to_bits().cast_signed());
    let half = n >> 1;
    p * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

#[inline(always)]
fn power_of_two(n: i64) -> f64 {
    f64::from_bits((n.wrapping_add(1023) << 52).cast_unsigned())
}

/// The hyperbolic tangent, with an error of at most two units in the last place.
#[inline(always)]
pub(super) fn tanh(x: f64, mul_add: MulAdd) -> f64 {
    let (a, z) = (x.abs(), x * x);
    let far = 1.0 - 2.0 / (exp(2.0 * a, mul_add) + 1.0);
    // Interpolates (tanh(x) / x - 1) / x² in x² at Chebyshev nodes between 0 and 0.625².
    let p = mul_add.of(6.485163482792961e-6, z, -3.120110142579706e-5);
    let p = mul_add.of(p, z, 9.257116129556735e-5);
    let p = mul_add.of(p, z, -0.000237590649605556);
    let p = mul_add.of(p, z, 0.0005896606577757042);
    let p = mul_add.of(p, z, -0.0014557754120478055);
    let p = mul_add.of(p, z, 0.0035921217511549622);
    let p = mul_add.of(p, z, -0.008863235103240878);
    let p = mul_add.of(p, z, 0.021869488519008305);
    let p = mul_add.of(p, z, -0.05396825396789699);
    let p = mul_add.of(p, z, 0.13333333333333042);
    let p = mul_add.of(p, z, -0.3333333333333333);
    let near = mul_add.of(p * z, x, x);
    // Preserves the sign of zero.
    (if a < 0.625 { near } else { far }).copysign(x)
}

/// From here on the reduction of [`sin_cos`] is not exact enough.
pub(super) const FAR_ANGLE: f64 = 1e6;

/// The sine and the cosine of an angle below [`FAR_ANGLE`], with an error of at most two units in the last place.
///
/// x = n π/2 + r with |r| <= π/4; the polynomials are those of Moshier's Cephes library.
#[inline(always)]
pub(super) fn sin_cos(x: f64) -> (f64, f64) {
    // π/2 in three parts, of which the first two have 33 digits, so that their products with n are exact.
    const FIRST: f64 = 1.570_796_326_734_125_6;
    const SECOND: f64 = 6.077_100_506_303_966e-11;
    const THIRD: f64 = 2.022_266_248_795_950_6e-21;
    let rounded = x * std::f64::consts::FRAC_2_PI + ROUND;
    let n = rounded - ROUND;
    let high = (x - n * FIRST) - n * SECOND;
    let lost = ((x - n * FIRST) - high) - n * SECOND - n * THIRD;
    let r = high + lost;
    let rest = (high - r) + lost;
    let z = r * r;
    let sin = 1.589_623_015_765_465_7e-10 * z - 2.505_074_776_285_780_7e-8;
    let sin = (sin * z + 2.755_731_362_138_572_5e-6) * z - 1.984_126_982_958_954e-4;
    let sin = (sin * z + 8.333_333_333_322_118e-3) * z - 1.666_666_666_666_663e-1;
    let sin = r + (sin * z * r + rest);
    let cos = -1.135_853_652_138_768_2e-11 * z + 2.087_570_084_197_473e-9;
    let cos = (cos * z - 2.755_731_417_929_674e-7) * z + 2.480_158_728_885_170_5e-5;
    let cos = (cos * z - 1.388_888_888_887_305_6e-3) * z + 4.166_666_666_666_659e-2;
    let half = 0.5 * z;
    let one = 1.0 - half;
    let cos = one + (((1.0 - one) - half) + (cos * z * z - r * rest));
    let quarters = rounded.to_bits();
    let (a, b) = if quarters & 1 == 0 { (sin, cos) } else { (cos, sin) };
    // The sign of the sine changes in the third and fourth quarter, that of the cosine in the second and third.
    let signed = |x: f64, quarters: u64| f64::from_bits(x.to_bits() ^ ((quarters & 2) << 62));
    let sin = if x == 0.0 { x } else { signed(a, quarters) };
    (sin, signed(b, quarters.wrapping_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAYS: [MulAdd; 2] = [MulAdd::PORTABLE, MulAdd::FUSED];

    /// Those of `libm` have errors below one unit.
    #[track_caller]
    fn check(ours: f64, other: f64, x: f64) {
        let unit = other.abs().next_up() - other.abs();
        assert!(ours == other || (ours - other).abs() <= 2.0 * unit, "{x}: {ours} and {other}");
    }

    #[test]
    fn agree_with_libm() {
        for step in -200_000..200_000 {
            let step = f64::from(step);
            for way in WAYS {
                for x in [step * 3.7e-3, step * 1e-5, step * 1e-12] {
                    check(exp(x, way), libm::exp(x), x);
                    check(tanh(x, way), libm::tanh(x), x);
                }
            }
            for x in [step * 4.9, step * 1e-4, step * std::f64::consts::FRAC_PI_2, step * 1e-300] {
                let (sin, cos) = sin_cos(x);
                check(sin, libm::sin(x), x);
                check(cos, libm::cos(x), x);
            }
        }
        let (exp, tanh) = (|x| exp(x, MulAdd::PORTABLE), |x| tanh(x, MulAdd::PORTABLE));
        assert_eq!([0.0, f64::INFINITY, f64::NEG_INFINITY].map(exp), [1.0, f64::INFINITY, 0.0]);
        assert_eq!([f64::INFINITY, f64::NEG_INFINITY, 1e-310].map(tanh), [1.0, -1.0, 1e-310]);
        assert!(exp(f64::NAN).is_nan() && tanh(f64::NAN).is_nan() && tanh(-0.0).is_sign_negative());
        assert!(sin_cos(-0.0).0.is_sign_negative());
    }
}
