//! Logarithms in `f32`, without branches, so that loops over them are vectorized.

use super::exp::{LN_2_HIGH, LN_2_LOW};
use super::simd::MulAdd;

/// √½, as bits.
const ROOT_HALF: u32 = std::f32::consts::FRAC_1_SQRT_2.to_bits();
const ONE: u32 = 1_f32.to_bits();

/// x = 2ᵏ (1 + f), with 1 + f between √½ and √2.
#[inline(always)]
fn split(x: f32) -> (f32, f32) {
    // 2²⁴ x, which is normal.
    let is_small = x < f32::MIN_POSITIVE;
    let (scaled, bias) = if is_small { (x * 16_777_216.0, 127.0 + 24.0) } else { (x, 127.0) };
    let bits = scaled.to_bits().wrapping_add(ONE - ROOT_HALF);
    let k = (bits >> 23).cast_signed() as f32 - bias;
    let f = f32::from_bits((bits & 0x007f_ffff).wrapping_add(ROOT_HALF)) - 1.0;
    (k, f)
}

/// `y`, a logarithm of `x`, but for those that are not finite.
#[inline(always)]
fn with_ends(x: f32, y: f32) -> f32 {
    let y = if x < f32::INFINITY { y } else { x };
    let outside = if x == 0.0 { f32::NEG_INFINITY } else { f32::NAN };
    if x <= 0.0 { outside } else { y }
}

/// log2(1 + f) / f, interpolated at Chebyshev nodes.
#[inline(always)]
fn slope(f: f32, mul_add: MulAdd) -> f32 {
    let p = mul_add.of(-1.074_978_9e-1, f, 1.847_603_3e-1);
    let p = mul_add.of(p, f, -1.913_883_8e-1);
    let p = mul_add.of(p, f, 2.048_576_5e-1);
    let p = mul_add.of(p, f, -2.396_081_2e-1);
    let p = mul_add.of(p, f, 2.885_525_5e-1);
    let p = mul_add.of(p, f, -3.606_965_5e-1);
    let p = mul_add.of(p, f, 4.808_985_3e-1);
    let p = mul_add.of(p, f, -7.213_473_3e-1);
    mul_add.of(p, f, std::f32::consts::LOG2_E)
}

/// k ln 2 + ln(1 + f), with 1 + f between √½ and √2. The polynomial is the minimax approximation of (ln(1 + f) - f) / f².
#[inline(always)]
fn ln_of_split(k: f32, f: f32, mul_add: MulAdd) -> f32 {
    let [p, rest @ ..] = LN;
    let p = rest.into_iter().fold(p, |p, next| mul_add.of(p, f, next));
    let y = mul_add.of(k, LN_2_LOW, mul_add.of(p, f * f, f));
    mul_add.of(k, LN_2_HIGH, y)
}

/// The coefficients of (ln(1 + f) - f) / f², from the last.
pub(super) const LN: [f32; 9] = [
    -7.599_891e-2,
    1.276_099_5e-1,
    -1.316_460_2e-1,
    1.420_102_1e-1,
    -1.662_323e-1,
    2.000_126_1e-1,
    -2.500_082_3e-1,
    3.333_333e-1,
    -0.5,
];

/// The natural logarithm, with an error of at most two units in the last place.
#[inline(always)]
pub(crate) fn ln(x: f32, mul_add: MulAdd) -> f32 {
    let (k, f) = split(x);
    with_ends(x, ln_of_split(k, f, mul_add))
}

/// ln(1 + x), with an error of at most two units in the last place.
#[inline(always)]
pub(crate) fn ln_1p(x: f32, mul_add: MulAdd) -> f32 {
    // 1 + x = 2ᵏ (1 + f), where k is that of the rounded sum, but f is exact up to one rounding.
    let bits = (1.0 + x).to_bits().wrapping_add(ONE - ROOT_HALF);
    let k = (bits >> 23).cast_signed() - 127;
    let power = k << 23;
    let scaled = f32::from_bits(x.to_bits().wrapping_sub(power.cast_unsigned()));
    // 2⁻ᵏ, but 0 where that is subnormal.
    let one = f32::from_bits(ONE.cast_signed().wrapping_sub(power).max(0).cast_unsigned());
    let y = ln_of_split(k as f32, scaled + (one - 1.0), mul_add);
    // Preserves the sign of zero, infinity and NaN.
    let y = if x < f32::INFINITY && x != 0.0 { y } else { x };
    let outside = if x == -1.0 { f32::NEG_INFINITY } else { f32::NAN };
    if x <= -1.0 { outside } else { y }
}

/// ln(1 + x) for 0 <= x <= 1, with an error of at most two units in the last place.
///
/// The polynomial is the minimax approximation of (ln(1 + x) - x) / x².
#[inline(always)]
pub(crate) fn ln_1p_of_unit(x: f32, mul_add: MulAdd) -> f32 {
    let p = mul_add.of(-3.290_468_6e-3, x, 2.008_624_2e-2);
    let p = mul_add.of(p, x, -5.745_723e-2);
    let p = mul_add.of(p, x, 1.066_112_8e-1);
    let p = mul_add.of(p, x, -1.534_488e-1);
    let p = mul_add.of(p, x, 1.969_210_2e-1);
    let p = mul_add.of(p, x, -2.495_801_9e-1);
    let p = mul_add.of(p, x, 3.333_046_4e-1);
    let p = mul_add.of(p, x, -4.999_993e-1);
    mul_add.of(p, x * x, x)
}

/// The logarithm to base 2, with an error of at most two units in the last place; exact for powers of two.
#[inline(always)]
pub(crate) fn log2(x: f32, mul_add: MulAdd) -> f32 {
    let (k, f) = split(x);
    with_ends(x, mul_add.of(slope(f, mul_add), f, k))
}

/// The logarithm to base 10, with an error of at most three units in the last place.
#[inline(always)]
pub(crate) fn log10(x: f32, mul_add: MulAdd) -> f32 {
    // log10(2) in two parts, of which the first has 12 digits, so that its product with k is exact.
    const HIGH: f32 = 0.301_025_4;
    const LOW: f32 = 4.605_039e-6;
    let (k, f) = split(x);
    let y = mul_add.of(slope(f, mul_add) * std::f32::consts::LOG10_2, f, k * LOW);
    with_ends(x, mul_add.of(k, HIGH, y))
}

#[cfg(test)]
mod tests {
    use super::super::angles::tests::check;
    use super::*;

    const WAYS: [MulAdd; 2] = [MulAdd::PORTABLE, MulAdd::FUSED];

    #[test]
    fn logarithms_are_close() {
        for (step, way) in (1..500_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            for x in
                [step as f32 * 1e-5, step as f32 * 3e33, 1.0 + step as f32 * 1e-8, f32::from_bits(step * 97)]
            {
                check(log2(x, way), f64::from(x).log2(), 2.0, x);
                check(log10(x, way), f64::from(x).log10(), 3.0, x);
                check(ln(x, way), f64::from(x).ln(), 2.0, x);
            }
        }
        for n in -149..128 {
            assert_eq!(log2(2_f64.powi(n) as f32, MulAdd::PORTABLE), n as f32);
        }
        for n in -37..39 {
            let x = 10_f64.powi(n) as f32;
            assert!((log10(x, MulAdd::PORTABLE) - n as f32).abs() <= 2e-7 * (n as f32).abs(), "{n}");
        }
        for log in [log2, log10, ln].map(|log| move |x| log(x, MulAdd::PORTABLE)) {
            assert_eq!(
                [0.0, -0.0, f32::INFINITY].map(log),
                [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY]
            );
            assert!([-1.0, f32::NEG_INFINITY, f32::NAN, -1e-40].map(log).iter().all(|y| y.is_nan()));
        }
    }
    #[test]
    fn logarithms_of_sums_with_1_are_close() {
        for (step, way) in (-400_000..400_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            let step = step as f32;
            for x in [step * 1e-5, step * 2.4e-6, step * 1e-12, step * 3e32, step * 1e-41] {
                if x > -1.0 {
                    check(ln_1p(x, way), f64::from(x).ln_1p(), 2.0, x);
                }
                if (0.0..=1.0).contains(&x) {
                    check(ln_1p_of_unit(x, way), f64::from(x).ln_1p(), 2.0, x);
                }
            }
            let near_minus_1 = f32::from_bits((-1_f32).to_bits() - step.abs() as u32 - 1);
            check(ln_1p(near_minus_1, way), f64::from(near_minus_1).ln_1p(), 2.0, near_minus_1);
        }
        for way in WAYS {
            let ends = [-1.0, f32::INFINITY, f32::MAX].map(|x| ln_1p(x, way));
            assert_eq!(ends, [f32::NEG_INFINITY, f32::INFINITY, f32::MAX.ln()]);
            assert!([-1.1, f32::NEG_INFINITY, f32::NAN].iter().all(|&x| ln_1p(x, way).is_nan()));
            assert!(ln_1p(-0.0, way).is_sign_negative());
            assert_eq!([0.0, 1.0].map(|x| ln_1p_of_unit(x, way)), [0.0, std::f32::consts::LN_2]);
        }
    }
}
