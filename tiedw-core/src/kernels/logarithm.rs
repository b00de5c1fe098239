//! Logarithms in `f32`, without branches, so that loops over them are vectorized.

use super::simd::MulAdd;

/// x = 2ᵏ (1 + f), with 1 + f between √½ and √2.
#[inline(always)]
fn split(x: f32) -> (f32, f32) {
    const ROOT_HALF: u32 = 0x3f35_04f3;
    const SMALLEST_NORMAL: f32 = f32::MIN_POSITIVE;
    // 2²⁴ x, which is normal.
    let is_small = x < SMALLEST_NORMAL;
    let scaled = if is_small { x * 16_777_216.0 } else { x };
    let bits = scaled.to_bits().wrapping_add(1_f32.to_bits() - ROOT_HALF);
    let k = ((bits >> 23).cast_signed() - 127) as f32;
    let f = f32::from_bits((bits & 0x007f_ffff).wrapping_add(ROOT_HALF)) - 1.0;
    (if is_small { k - 24.0 } else { k }, f)
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
            }
        }
        for n in -149..128 {
            assert_eq!(log2(2_f64.powi(n) as f32, MulAdd::PORTABLE), n as f32);
        }
        for n in -37..39 {
            let x = 10_f64.powi(n) as f32;
            assert!((log10(x, MulAdd::PORTABLE) - n as f32).abs() <= 2e-7 * (n as f32).abs(), "{n}");
        }
        for log in [log2, log10].map(|log| move |x| log(x, MulAdd::PORTABLE)) {
            assert_eq!(
                [0.0, -0.0, f32::INFINITY].map(log),
                [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY]
            );
            assert!([-1.0, f32::NEG_INFINITY, f32::NAN, -1e-40].map(log).iter().all(|y| y.is_nan()));
        }
    }
}
