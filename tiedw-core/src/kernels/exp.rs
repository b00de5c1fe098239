//! The exponential and the hyperbolic tangent in `f32`, without branches, so that loops over them are vectorized.

use super::simd::MulAdd;

/// exp(x), with an error of at most two units in the last place, for subnormal results too.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; the polynomial in r is that of Moshier's Cephes library.
#[inline(always)]
pub(crate) fn exp(x: f32, mul_add: MulAdd) -> f32 {
    // 1.5 · 2²³: adding it rounds to an integer, which is then in the low bits.
    const ROUND: f32 = 12_582_912.0;
    // Beyond these bounds the result is infinite or zero; NaN passes both comparisons.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -105.0 { -105.0 } else { x };
    let rounded = mul_add.of(x, std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = mul_add.of(n, -0.693_359_4, x);
    let r = mul_add.of(n, 2.121_944_4e-4, r);
    let p = 1.987_569_1e-4;
    let p = mul_add.of(p, r, 1.398_2e-3);
    let p = mul_add.of(p, r, 8.333_452e-3);
    let p = mul_add.of(p, r, 4.166_579_6e-2);
    let p = mul_add.of(p, r, 1.666_666_5e-1);
    let p = mul_add.of(p, r, 5e-1);
    let p = mul_add.of(p, r * r, r) + 1.0;
    // Two factors, since 2ⁿ alone may be out of range for `f32`.
    let n = rounded.to_bits().cast_signed().wrapping_sub(ROUND.to_bits().cast_signed());
    let half = n >> 1;
    p * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) << 23).cast_unsigned())
}

/// The hyperbolic tangent, with an error of at most two units in the last place.
#[inline(always)]
pub(crate) fn tanh(x: f32, mul_add: MulAdd) -> f32 {
    let a = x.abs();
    let far = 1.0 - 2.0 / (exp(2.0 * a, mul_add) + 1.0);
    let z = x * x;
    let p = -5.704_988_7e-3;
    let p = mul_add.of(p, z, 2.063_909e-2);
    let p = mul_add.of(p, z, -5.373_971_6e-2);
    let p = mul_add.of(p, z, 1.333_144_2e-1);
    let p = mul_add.of(p, z, -3.333_328e-1);
    let near = mul_add.of(p * z, x, x);
    // Preserves the sign of zero.
    (if a < 0.625 { near } else { far }).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: f32, exact: f64, x: f32) {
        let exact_f32 = exact as f32;
        let error = (f64::from(ours) - exact).abs() / f64::from(exact_f32.abs().next_up() - exact_f32.abs());
        assert!(error < 2.5, "{x}: {ours} is {error} units from {exact}");
    }

    const WAYS: [MulAdd; 2] = [MulAdd::PORTABLE, MulAdd::FUSED];

    #[test]
    fn exp_is_close() {
        for (step, way) in (-206_000..177_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            let x = step as f32 * 5e-4;
            check(exp(x, way), f64::from(x).exp(), x);
        }
        let exp = |x| exp(x, MulAdd::PORTABLE);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(89.0), f32::INFINITY);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(-105.0), 0.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn tanh_is_close() {
        for (step, way) in (-100_000..100_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            let x = step as f32 * 1e-4;
            check(tanh(x, way), f64::from(x).tanh(), x);
        }
        let tanh = |x| tanh(x, MulAdd::PORTABLE);
        for x in [1e-30, -1e-20, 1e-40, 50.0, -200.0, f32::INFINITY, f32::NEG_INFINITY, 0.0] {
            check(tanh(x), f64::from(x).tanh(), x);
        }
        assert!(tanh(-0.0).is_sign_negative());
        assert!(tanh(f32::NAN).is_nan());
    }
}
