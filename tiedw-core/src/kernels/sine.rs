//! Sine, cosine and tangent in `f32`, without branches, so that loops over them are vectorized.

use super::simd::MulAdd;

/// From here on the reduction of [`sin_cos`] is not exact enough.
pub(super) const FAR_ANGLE: f32 = 1e6;

/// The sine and the cosine of an angle below [`FAR_ANGLE`], with an error of at most one unit in the last place.
#[inline(always)]
pub(super) fn sin_cos(x: f32, mul_add: MulAdd) -> (f32, f32) {
    of_quarter(x, if mul_add.is_fused() { by_fused(x, mul_add) } else { by_double(x, mul_add) })
}

/// The tangent of an angle below [`FAR_ANGLE`], with an error of at most 1.2 units in the last place if operations are fused, else two.
#[inline(always)]
pub(super) fn tan(x: f32, mul_add: MulAdd) -> f32 {
    if !mul_add.is_fused() {
        let (sin, cos) = of_quarter(x, by_double(x, mul_add));
        return sin / cos;
    }
    let (r, lost, n) = reduced(x, mul_add);
    let z = r * r;
    // Interpolates (tan(r) / r - 1) / r² in r² at Chebyshev nodes between 0 and (π/4 + 0.03)²: n of a large x is not the nearest.
    let p = mul_add.of(4.184_595e-3, z, 5.872_731_6e-4);
    let p = mul_add.of(p, z, 1.035_137e-2);
    let p = mul_add.of(p, z, 2.150_568_6e-2);
    let p = mul_add.of(p, z, 5.400_972e-2);
    let p = mul_add.of(p, z, 1.333_315_8e-1);
    let p = mul_add.of(p, z, 3.333_333_4e-1);
    let rest = mul_add.of(p * z, r, lost);
    let tan = r + rest;
    let lost = mul_add.of(lost, tan * tan, (r - tan) + rest);
    // In each second quarter, -1 / (tan + lost).
    let inverse = -1.0 / tan;
    let error = mul_add.of(inverse, lost, mul_add.of(inverse, tan, 1.0));
    let y = if n & 1 == 0 { tan + lost } else { mul_add.of(inverse, error, inverse) };
    // Preserves the sign of zero.
    if x == 0.0 { x } else { y }
}

/// The sine and the cosine of x, given those of r, and n, where x = n π/2 + r.
#[inline(always)]
fn of_quarter(x: f32, (sin, cos, n): (f32, f32, u32)) -> (f32, f32) {
    let (a, b) = if n & 1 == 0 { (sin, cos) } else { (cos, sin) };
    // The sign of the sine changes in the third and fourth quarter, that of the cosine in the second and third.
    let signed = |x: f32, n: u32| f32::from_bits(x.to_bits() ^ ((n & 2) << 30));
    // Preserves the sign of zero.
    let sin = if x == 0.0 { x } else { signed(a, n) };
    (sin, signed(b, n.wrapping_add(1)))
}

/// The sine and the cosine of r, and n, where x = n π/2 + r with |r| <= π/4. The polynomials in r are minimax approximations.
#[inline(always)]
fn by_fused(x: f32, mul_add: MulAdd) -> (f32, f32, u32) {
    let (r, lost, n) = reduced(x, mul_add);
    let z = r * r;
    let sin = mul_add.of(-1.949_504_8e-4, z, 8.332_011e-3);
    let sin = mul_add.of(sin, z, -1.666_665_2e-1);
    let sin = r + mul_add.of(sin, z * r, lost);
    let cos = mul_add.of(2.441_122_2e-5, z, -1.388_712_6e-3);
    let cos = mul_add.of(cos, z, 4.166_664e-2);
    let cos = mul_add.of(cos, z, -0.5);
    // cos(r + lost), where z lost something, too.
    let lost = mul_add.of(-r, lost, -0.5 * mul_add.of(r, r, -z));
    let cos = 1.0 + mul_add.of(cos, z, lost);
    (sin, cos, n)
}

/// r, what it loses by rounding, and n, where x = n π/2 + r with |r| <= π/4, or 0.03 more for large x. The first step is exact if it is fused.
#[inline(always)]
fn reduced(x: f32, mul_add: MulAdd) -> (f32, f32, u32) {
    // 1.5 · 2²³: adding it rounds to an integer, which is then in the low bits.
    const ROUND: f32 = 12_582_912.0;
    // π/2 in three parts.
    const FIRST: f32 = 1.570_796_4;
    const SECOND: f32 = -4.371_139e-8;
    const THIRD: f32 = -1.715_124_5e-15;
    let rounded = mul_add.of(x, std::f32::consts::FRAC_2_PI, ROUND);
    let n = rounded - ROUND;
    let first = mul_add.of(n, -FIRST, x);
    let second = n * SECOND;
    let r = first - second;
    let lost = ((first - r) - second) - mul_add.of(n, SECOND, -second);
    (r, mul_add.of(n, -THIRD, lost), rounded.to_bits())
}

/// As [`by_fused`], in `f64`. The polynomials in r are those of FreeBSD's `k_sinf.c` and `k_cosf.c`.
#[inline(always)]
fn by_double(x: f32, mul_add: MulAdd) -> (f32, f32, u32) {
    // 1.5 · 2⁵²: adding it rounds to an integer, which is then in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // π/2 in two parts, of which the first has 33 digits, so that its product with n is exact.
    const HIGH: f64 = 1.570_796_326_734_125_6;
    const LOW: f64 = 6.077_100_506_506_192e-11;
    let x = f64::from(x);
    let rounded = mul_add.of(x, std::f64::consts::FRAC_2_PI, ROUND);
    let n = rounded - ROUND;
    let r = mul_add.of(n, -LOW, mul_add.of(n, -HIGH, x));
    let z = r * r;
    let sin = mul_add.of(z, 2.718_311_493_989_822e-6, -1.983_933_483_609_663e-4);
    let sin = mul_add.of(z, sin, 8.333_329_385_889_463e-3);
    let sin = mul_add.of(z, sin, -0.166_666_666_416_265_24);
    let sin = mul_add.of(z * r, sin, r);
    let cos = mul_add.of(z, 2.439_044_879_627_741_4e-5, -1.388_676_377_460_993e-3);
    let cos = mul_add.of(z, cos, 4.166_662_332_373_906e-2);
    let cos = mul_add.of(z, cos, -0.499_999_997_251_031);
    let cos = mul_add.of(z, cos, 1.0);
    (sin as f32, cos as f32, rounded.to_bits() as u32)
}

#[cfg(test)]
mod tests {
    use super::super::angles::tests::check;
    use super::*;

    #[test]
    fn sine_cosine_and_tangent_are_close() {
        for (way, units, units_of_tan) in [(MulAdd::PORTABLE, 0.51, 2.0), (MulAdd::FUSED, 1.0, 1.2)] {
            for step in -400_000..400_000 {
                let step = step as f32;
                for x in [step * 1e-4, step * 2.4, step * 1e-9, step * 0.013] {
                    let (sin, cos) = sin_cos(x, way);
                    check(sin, f64::from(x).sin(), units, x);
                    check(cos, f64::from(x).cos(), units, x);
                    check(tan(x, way), f64::from(x).tan(), units_of_tan, x);
                }
            }
            assert!(sin_cos(-0.0, way).0.is_sign_negative());
            assert_eq!(sin_cos(0.0, way), (0.0, 1.0));
            assert!(tan(-0.0, way).is_sign_negative() && tan(f32::NAN, way).is_nan());
            assert!(sin_cos(f32::NAN, way).0.is_nan() && sin_cos(f32::NAN, way).1.is_nan());
        }
    }
}
