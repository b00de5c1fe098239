//! The exponential, the hyperbolic tangent and their relatives in `f32`, without branches, so that loops over them are vectorized.

use super::simd::MulAdd;

/// exp(x), with an error of at most two units in the last place, for subnormal results too.
#[inline(always)]
pub(crate) fn exp(x: f32, mul_add: MulAdd) -> f32 {
    // Beyond these bounds the result is infinite or zero; NaN passes both comparisons.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -105.0 { -105.0 } else { x };
    let (p, n) = exp_in_parts(x, mul_add);
    // Two factors, since 2ⁿ alone may be out of range: 2ⁿ⁻¹, raised if that is small, and the rest.
    let raised = if x < -86.0 { 64 * EXPONENT } else { 0 };
    let most = f32::from_bits(n.wrapping_add(ONE - EXPONENT + raised));
    p * most * f32::from_bits(ONE + EXPONENT - raised)
}

/// p and n in the place of the exponent, where exp(x) = 2ⁿ p with p between √½ and √2.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; the polynomial is the minimax approximation of (exp(r) - 1 - r) / r².
#[inline(always)]
fn exp_in_parts(x: f32, mul_add: MulAdd) -> (f32, u32) {
    let rounded = mul_add.of(x, std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = mul_add.of(n, -LN_2_HIGH, x);
    let r = mul_add.of(n, -LN_2_LOW, r);
    let [p, rest @ ..] = EXP;
    let p = rest.into_iter().fold(p, |p, next| mul_add.of(p, r, next));
    let p = mul_add.of(p, r, 1.0);
    (mul_add.of(p, r, 1.0), rounded.to_bits() << 23)
}

/// The coefficients of (exp(r) - 1 - r) / r², from the last.
pub(super) const EXP: [f32; 5] = [1.383_643e-3, 8.369_131e-3, 4.166_810_6e-2, 1.666_651_7e-1, 4.999_999_4e-1];

/// ln 2 in two parts, of which the first has 10 digits, so that its products with exponents are exact.
pub(super) const LN_2_HIGH: f32 = 0.693_359_4;
pub(super) const LN_2_LOW: f32 = -2.121_944_4e-4;

/// exp(x) / 2 for x >= 0, as [`exp`].
#[inline(always)]
fn half_exp(x: f32, mul_add: MulAdd) -> f32 {
    // Beyond, the result is infinite.
    let x = if x > 89.5 { 89.5 } else { x };
    let (p, n) = exp_in_parts(x, mul_add);
    p * f32::from_bits(n.wrapping_add(ONE - 2 * EXPONENT)) * 2.0
}

const ONE: u32 = 1_f32.to_bits();
/// 1 in the place of the exponent.
const EXPONENT: u32 = 1 << 23;

/// 1.5 · 2²³: adding it rounds to an integer, which is then in the low bits.
pub(super) const ROUND: f32 = 12_582_912.0;

/// The integer that a sum with [`ROUND`] has.
#[inline(always)]
fn integer(rounded: f32) -> i32 {
    rounded.to_bits().cast_signed().wrapping_sub(ROUND.to_bits().cast_signed())
}

/// 2ⁿ p. In two factors, since 2ⁿ alone may be out of range for `f32`.
#[inline(always)]
fn times_power_of_two(p: f32, n: i32) -> f32 {
    let half = n >> 1;
    p * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// 2 to the power x, with an error of at most two units in the last place; exact for integers.
#[inline(always)]
pub(crate) fn exp2(x: f32, mul_add: MulAdd) -> f32 {
    let x = if x > 129.0 { 129.0 } else { x };
    let x = if x < -151.0 { -151.0 } else { x };
    let rounded = x + ROUND;
    let r = x - (rounded - ROUND);
    // Interpolates (2ʳ - 1) / r at Chebyshev nodes between -½ and ½.
    let p = mul_add.of(1.545_316_3e-4, r, 1.339_086_3e-3);
    let p = mul_add.of(p, r, 9.618_083e-3);
    let p = mul_add.of(p, r, 5.550_357e-2);
    let p = mul_add.of(p, r, 2.402_265e-1);
    let p = mul_add.of(p, r, std::f32::consts::LN_2);
    times_power_of_two(mul_add.of(p, r, 1.0), integer(rounded))
}

/// The hyperbolic cosine, with an error of at most three units in the last place.
#[inline(always)]
pub(crate) fn cosh(x: f32, mul_add: MulAdd) -> f32 {
    let half = half_exp(x.abs(), mul_add);
    half + 0.25 / half
}

/// The hyperbolic sine, with an error of at most three units in the last place.
#[inline(always)]
pub(crate) fn sinh(x: f32, mul_add: MulAdd) -> f32 {
    let (a, z) = (x.abs(), x * x);
    let half = half_exp(a, mul_add);
    let far = half - 0.25 / half;
    // Interpolates (sinh(x) / x - 1) / x² in x² at Chebyshev nodes between 0 and 1.
    let p = mul_add.of(2.806_280_2e-6, z, 1.983_810_2e-4);
    let p = mul_add.of(p, z, 8.333_339e-3);
    let p = mul_add.of(p, z, 1.666_666_7e-1);
    let near = mul_add.of(p * z, x, x);
    if a < 1.0 { near } else { far.copysign(x) }
}

#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) << 23).cast_unsigned())
}

/// exp(x) - 1, with an error of at most three units in the last place, as [`exp`].
#[inline(always)]
pub(crate) fn exp_m1(x: f32, mul_add: MulAdd) -> f32 {
    let near = if x > 89.0 { 89.0 } else { x };
    let near = if near < -20.0 { -20.0 } else { near };
    let rounded = mul_add.of(near, std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = mul_add.of(n, -LN_2_HIGH, near);
    let r = mul_add.of(n, -LN_2_LOW, r);
    let p = polynomial(r, mul_add);
    let n = integer(rounded);
    let half = n >> 1;
    let rest = n.wrapping_sub(half);
    // 2ⁿ p + (2ⁿ - 1), in two factors as in `exp`.
    let difference = power_of_two(half) - power_of_two(rest.wrapping_neg());
    let y = mul_add.of(p, power_of_two(half), difference) * power_of_two(rest);
    // Preserves the sign of zero.
    if x == 0.0 { x } else { y }
}

/// exp(r) - 1 for |r| <= ln 2 / 2.
#[inline(always)]
fn polynomial(r: f32, mul_add: MulAdd) -> f32 {
    let p = 1.987_569_1e-4;
    let p = mul_add.of(p, r, 1.398_2e-3);
    let p = mul_add.of(p, r, 8.333_452e-3);
    let p = mul_add.of(p, r, 4.166_579_6e-2);
    let p = mul_add.of(p, r, 1.666_666_5e-1);
    let p = mul_add.of(p, r, 5e-1);
    mul_add.of(p, r * r, r)
}

/// The error function, with an error of at most two units in the last place; the polynomials are those of Juffa's `erff`.
#[inline(always)]
pub(crate) fn erf(x: f32, mul_add: MulAdd) -> f32 {
    let a = x.abs();
    // Beyond, the result is 1 or -1.
    let a = if a > 4.0 { 4.0 } else { a };
    let z = a * a;
    let p = mul_add.of(-1.728_534_7e-5, a, 3.831_971_3e-4);
    let q = mul_add.of(-3.883_964_4e-3, a, 2.425_462_2e-2);
    let p = mul_add.of(p, z, q);
    let p = mul_add.of(p, a, -1.067_778_8e-1);
    let p = mul_add.of(p, a, -6.348_467e-1);
    let p = mul_add.of(p, a, -1.287_175_1e-1);
    let (exp, n) = exp_in_parts(mul_add.of(p, a, -a), mul_add);
    let far = mul_add.of(-exp, f32::from_bits(n.wrapping_add(ONE)), 1.0);
    let p = mul_add.of(-5.967_617e-4, z, 4.991_194_2e-3);
    let p = mul_add.of(p, z, -2.676_813_5e-2);
    let p = mul_add.of(p, z, 1.128_199_25e-1);
    let p = mul_add.of(p, z, -3.761_253_4e-1);
    let p = mul_add.of(p, z, 1.283_791_7e-1);
    let near = mul_add.of(p, x, x);
    if a > 0.927_734_4 { far.copysign(x) } else { near }
}

/// The hyperbolic tangent, with an error of at most two units in the last place.
///
/// It is t / (t + 1), where t = (exp(2 |x|) - 1) / 2, with |x| = n ln 2 / 2 + r; the polynomial is that of [`exp_in_parts`] in 2r.
#[inline(always)]
pub(crate) fn tanh(x: f32, mul_add: MulAdd) -> f32 {
    // Beyond, the result is 1 or -1; NaN passes the comparison.
    let a = if x.abs() > 10.0 { 10.0 } else { x.abs() };
    let rounded = mul_add.of(a, 2.0 * std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = mul_add.of(n, -0.5 * 0.693_359_4, a);
    let r = mul_add.of(n, 0.5 * 2.121_944_4e-4, r);
    let p = mul_add.of(32.0 * 1.383_643e-3, r, 16.0 * 8.369_131e-3);
    let p = mul_add.of(p, r, 8.0 * 4.166_810_6e-2);
    let p = mul_add.of(p, r, 4.0 * 1.666_651_7e-1);
    let p = mul_add.of(p, r, 2.0 * 4.999_999_4e-1);
    let p = mul_add.of(p, r * r, r);
    // 2ⁿ p + (2ⁿ - 1) / 2.
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(ONE));
    let t = mul_add.of(p, power, mul_add.of(power, 0.5, -0.5));
    let y = t / (t + 1.0);
    // t - t y is the same, and loses less while y is small.
    let y = if a < 0.4 { mul_add.of(-t, y, t) } else { y };
    y.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::super::angles::tests::check;
    use super::*;

    const WAYS: [MulAdd; 2] = [MulAdd::PORTABLE, MulAdd::FUSED];

    #[test]
    fn exp_is_close() {
        for (step, way) in (-206_000..177_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            let x = step as f32 * 5e-4;
            check(exp(x, way), f64::from(x).exp(), 2.5, x);
        }
        let exp = |x| exp(x, MulAdd::PORTABLE);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(89.0), f32::INFINITY);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(-105.0), 0.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert!([f32::NAN, -f32::NAN, f32::from_bits(0x7f80_0001)].iter().all(|&x| exp(x).is_nan()));
        assert_eq!(
            [88.722_83, 88.722_84].map(exp),
            [88.722_83_f64, 88.722_84_f64].map(|x| f64::from(x as f32).exp() as f32)
        );
    }

    #[test]
    fn tanh_is_close() {
        for (step, way) in (-100_000..100_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            let x = step as f32 * 1e-4;
            check(tanh(x, way), f64::from(x).tanh(), 2.5, x);
        }
        let tanh = |x| tanh(x, MulAdd::PORTABLE);
        for x in [1e-30, -1e-20, 1e-40, 50.0, -200.0, f32::INFINITY, f32::NEG_INFINITY, 0.0] {
            check(tanh(x), f64::from(x).tanh(), 2.5, x);
        }
        assert!(tanh(-0.0).is_sign_negative());
        assert!(tanh(f32::NAN).is_nan());
    }

    #[test]
    fn powers_of_two_and_hyperbolic_functions_are_close() {
        for (step, way) in (-200_000..200_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            let x = step as f32 * 7.3e-4;
            check(exp2(x, way), f64::from(x).exp2(), 2.0, x);
            for x in [step as f32 * 4.4e-4, step as f32 * 1e-5] {
                check(sinh(x, way), f64::from(x).sinh(), 3.0, x);
                check(cosh(x, way), f64::from(x).cosh(), 3.0, x);
            }
        }
        let [exp2, sinh, cosh] = [exp2, sinh, cosh].map(|f| move |x| f(x, MulAdd::PORTABLE));
        for n in -149..128 {
            assert_eq!(exp2(n as f32), 2_f64.powi(n) as f32);
        }
        for x in [f32::INFINITY, 1e30] {
            assert_eq!([exp2(x), sinh(x), sinh(-x), cosh(x), cosh(-x)].map(f32::abs), [f32::INFINITY; 5]);
            assert_eq!((exp2(-x), sinh(-x)), (0.0, f32::NEG_INFINITY));
        }
        assert!(sinh(-0.0).is_sign_negative() && sinh(1e-40) == 1e-40);
        assert!([exp2(f32::NAN), sinh(f32::NAN), cosh(f32::NAN)].iter().all(|y| y.is_nan()));
    }
}
