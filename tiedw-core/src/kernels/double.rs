//! Functions in `f64`, without branches, so that loops over them are vectorized.

use super::simd::MulAdd;

/// 1.5 · 2⁵²: adding it rounds to an integer, which is then in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

const ONE: u64 = 1_f64.to_bits();
/// 1 in the place of the exponent.
const EXPONENT: u64 = 1 << 52;

/// exp(x), with an error of at most two units in the last place, for subnormal results too.
#[inline(always)]
pub(super) fn exp(x: f64, mul_add: MulAdd) -> f64 {
    // Beyond these bounds the result is infinite or zero; NaN passes both comparisons.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let (r, rounded) = reduced(x, mul_add);
    let p = mul_add.of(slope(r, mul_add), r, 1.0);
    let p = mul_add.of(p, r, 1.0);
    // Two factors, since 2ⁿ alone may be out of range: 2ⁿ⁻¹, raised if that is small, and the rest.
    let raised = if x < -707.0 { 128 * EXPONENT } else { 0 };
    let most = f64::from_bits((rounded.to_bits() << 52).wrapping_add(ONE - EXPONENT + raised));
    p * most * f64::from_bits(ONE + EXPONENT - raised)
}

/// r, and a number that has n in its low bits, where x = n ln 2 + r with |r| <= ln 2 / 2.
#[inline(always)]
fn reduced(x: f64, mul_add: MulAdd) -> (f64, f64) {
    // ln 2 in two parts, of which the first has 33 digits, so that its product with n is exact.
    const HIGH: f64 = 6.931_471_803_691_238e-1;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    let rounded = mul_add.of(x, std::f64::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    (mul_add.of(n, -LOW, mul_add.of(n, -HIGH, x)), rounded)
}

/// (exp(r) - 1 - r) / r² for |r| <= ln 2 / 2: its minimax approximation.
#[inline(always)]
fn slope(r: f64, mul_add: MulAdd) -> f64 {
    let p = mul_add.of(2.502_407_189_212_523_5e-8, r, 2.762_999_249_592_962_5e-7);
    let p = mul_add.of(p, r, 2.755_763_055_835_751_6e-6);
    let p = mul_add.of(p, r, 2.480_149_461_503_429_2e-5);
    let p = mul_add.of(p, r, 1.984_126_936_405_831_5e-4);
    let p = mul_add.of(p, r, 1.388_888_894_176_620_1e-3);
    let p = mul_add.of(p, r, 8.333_333_333_555_244e-3);
    let p = mul_add.of(p, r, 4.166_666_666_653_534e-2);
    let p = mul_add.of(p, r, 1.666_666_666_666_665_3e-1);
    mul_add.of(p, r, 5.000_000_000_000_011e-1)
}

/// The hyperbolic tangent, with an error of at most three units in the last place.
///
/// It is t / (t + 1), where t = (exp(2 |x|) - 1) / 2, with |x| = (n ln 2 + r) / 2.
#[inline(always)]
pub(super) fn tanh(x: f64, mul_add: MulAdd) -> f64 {
    // Beyond, the result is 1 or -1; NaN passes the comparison.
    let a = if x.abs() > 20.0 { 20.0 } else { x.abs() };
    let (r, rounded) = reduced(a + a, mul_add);
    let half = 0.5 * r;
    let p = mul_add.of(slope(r, mul_add), r * half, half);
    // 2ⁿ p + (2ⁿ - 1) / 2.
    let power = f64::from_bits((rounded.to_bits() << 52).wrapping_add(ONE));
    let t = mul_add.of(p, power, mul_add.of(power, 0.5, -0.5));
    let y = t / (t + 1.0);
    // t - t y is the same, and loses less while y is small.
    let y = if a < 0.4 { mul_add.of(-t, y, t) } else { y };
    y.copysign(x)
}

/// From here on the reduction of [`sin_cos`] is not exact enough.
pub(super) const FAR_ANGLE: f64 = 1e6;

/// The sine and the cosine of an angle below [`FAR_ANGLE`], with an error of at most two units in the last place.
///
/// x = n π/2 + r with |r| <= π/4; the polynomials are those of Moshier's Cephes library.
#[inline(always)]
pub(super) fn sin_cos(x: f64, mul_add: MulAdd) -> (f64, f64) {
    let rounded = mul_add.of(x, std::f64::consts::FRAC_2_PI, ROUND);
    let n = rounded - ROUND;
    let (r, rest) = if mul_add.is_fused() { rest_by_fused(x, n, mul_add) } else { rest_by_parts(x, n) };
    let z = r * r;
    let sin = mul_add.of(1.589_623_015_765_465_7e-10, z, -2.505_074_776_285_780_7e-8);
    let sin = mul_add.of(sin, z, 2.755_731_362_138_572_5e-6);
    let sin = mul_add.of(sin, z, -1.984_126_982_958_954e-4);
    let sin = mul_add.of(sin, z, 8.333_333_333_322_118e-3);
    let sin = mul_add.of(sin, z, -1.666_666_666_666_663e-1);
    let sin = r + mul_add.of(sin, z * r, rest);
    let cos = mul_add.of(-1.135_853_652_138_768_2e-11, z, 2.087_570_084_197_473e-9);
    let cos = mul_add.of(cos, z, -2.755_731_417_929_674e-7);
    let cos = mul_add.of(cos, z, 2.480_158_728_885_170_5e-5);
    let cos = mul_add.of(cos, z, -1.388_888_888_887_305_6e-3);
    let cos = mul_add.of(cos, z, 4.166_666_666_666_659e-2);
    let cos = mul_add.of(cos, z, -0.5);
    let cos = 1.0 + mul_add.of(cos, z, -r * rest);
    let quarters = rounded.to_bits();
    let (a, b) = if quarters & 1 == 0 { (sin, cos) } else { (cos, sin) };
    // The sign of the sine changes in the third and fourth quarter, that of the cosine in the second and third.
    let signed = |x: f64, quarters: u64| f64::from_bits(x.to_bits() ^ ((quarters & 2) << 62));
    let sin = if x == 0.0 { x } else { signed(a, quarters) };
    (sin, signed(b, quarters.wrapping_add(1)))
}

/// x - n π/2, and what it loses by rounding.
#[inline(always)]
fn rest_by_fused(x: f64, n: f64, mul_add: MulAdd) -> (f64, f64) {
    // π/2 in three parts. The first step is exact.
    const SECOND: f64 = 6.123_233_995_736_766e-17;
    const THIRD: f64 = -1.497_384_904_859_17e-33;
    let first = mul_add.of(n, -std::f64::consts::FRAC_PI_2, x);
    let second = n * SECOND;
    let r = first - second;
    let lost = ((first - r) - second) - mul_add.of(n, SECOND, -second);
    (r, mul_add.of(n, -THIRD, lost))
}

/// As [`rest_by_fused`].
#[inline(always)]
fn rest_by_parts(x: f64, n: f64) -> (f64, f64) {
    // π/2 in three parts, of which the first two have 33 digits, so that their products with n are exact.
    const FIRST: f64 = 1.570_796_326_734_125_6;
    const SECOND: f64 = 6.077_100_506_303_966e-11;
    const THIRD: f64 = 2.022_266_248_795_950_6e-21;
    let high = (x - n * FIRST) - n * SECOND;
    let lost = ((x - n * FIRST) - high) - n * SECOND - n * THIRD;
    let r = high + lost;
    (r, (high - r) + lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAYS: [MulAdd; 2] = [MulAdd::PORTABLE, MulAdd::FUSED];

    /// Those of `libm` have errors below one unit, but for `tanh`, whose errors are below two.
    #[track_caller]
    fn check(ours: f64, other: f64, units: f64, x: f64) {
        let unit = other.abs().next_up() - other.abs();
        assert!(ours == other || (ours - other).abs() <= units * unit, "{x}: {ours} and {other}");
    }

    #[test]
    fn agree_with_libm() {
        for step in -200_000..200_000 {
            let step = f64::from(step);
            for way in WAYS {
                for x in [step * 3.7e-3, step * 1e-5, step * 1e-12] {
                    check(exp(x, way), libm::exp(x), 2.0, x);
                    check(tanh(x, way), libm::tanh(x), 4.0, x);
                }
                for x in [step * 4.9, step * 1e-4, step * std::f64::consts::FRAC_PI_2, step * 1e-300] {
                    let (sin, cos) = sin_cos(x, way);
                    check(sin, libm::sin(x), 2.0, x);
                    check(cos, libm::cos(x), 2.0, x);
                }
            }
        }
        let (exp, tanh) = (|x| exp(x, MulAdd::PORTABLE), |x| tanh(x, MulAdd::PORTABLE));
        assert_eq!([0.0, f64::INFINITY, f64::NEG_INFINITY].map(exp), [1.0, f64::INFINITY, 0.0]);
        assert_eq!([f64::INFINITY, f64::NEG_INFINITY, 1e-310].map(tanh), [1.0, -1.0, 1e-310]);
        assert!(exp(f64::NAN).is_nan() && tanh(f64::NAN).is_nan() && tanh(-0.0).is_sign_negative());
        assert!(WAYS.iter().all(|&way| sin_cos(-0.0, way).0.is_sign_negative()));
    }
}
