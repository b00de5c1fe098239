//! The normal distribution.

use super::simd::MulAdd;
use crate::Element;

/// The coefficients of Q in erfc(z) = exp(-z²) t Q(2t - 1), t = 2 / (2 + z), z >= 0, from the constant on.
///
/// Q is smooth and has no zero, so that erfc is accurate to the last digits in the tail too. Its Chebyshev series is
/// truncated at the precision of `f64`.
const ERFC: &[f64] = &[
    0.510_791_352_621_011_5,
    0.343_580_342_206_905_3,
    0.139_736_046_278_027_5,
    0.018_221_115_753_438_884,
    -0.010_755_330_944_755_412,
    -0.003_239_592_533_836_139_3,
    0.001_545_306_030_057_245,
    0.000_418_648_030_374_935_95,
    -0.000_331_536_760_971_279_5,
    -1.718_570_545_748_963_4e-5,
    7.223_545_742_893_795e-5,
    -1.707_455_856_859_998_3e-5,
    -1.084_861_076_248_144_6e-5,
    8.061_065_281_170_983e-6,
    -5.608_703_424_323_453e-7,
    -1.824_087_166_860_058_7e-6,
    9.961_500_261_023_896e-7,
    4.367_994_801_234_002e-9,
    -2.773_200_785_727_096_4e-7,
    1.529_246_534_080_638_5e-7,
    -1.165_860_859_319_608_3e-8,
    -4.390_206_388_171_912e-8,
    3.732_070_643_488_130_6e-8,
    -4.475_702_990_603_257_5e-9,
    -1.424_406_151_216_716_2e-8,
    6.859_828_818_275_023e-9,
    2.644_944_163_183_533e-9,
    -2.071_617_781_080_430_6e-9,
    -2.056_825_090_850_241_4e-10,
    2.389_973_552_575_646e-10,
];

/// The cumulative distribution function and the density at `x`.
#[inline(always)]
pub(crate) fn normal<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    x.normal_by(mul_add)
}

/// 2⁻⁶⁴, by which a constant is multiplied where an exponential is [`scaled`](exp_of_half_square).
const UNSCALE: f32 = f32::from_bits((127 - 64) << 23);

/// [`normal`] of an `f32`.
///
/// Φ(-z) = exp(-z² / 2) P(z) / Q(z) and φ(z) = exp(-z² / 2) / √(2π), with one exponential for both. P / Q is the minimax
/// approximation for z <= 14.5. It has no pole and no zero there, and all coefficients are positive, so that the tail is as
/// accurate as the rest.
#[inline(always)]
pub(super) fn single(x: f32, mul_add: MulAdd) -> (f32, f32) {
    let z = x.abs();
    // Beyond, both results are 0 or 1; NaN passes the comparison.
    let z = if z > 14.5 { 14.5 } else { z };
    let exp = exp_of_half_square(z, mul_add);
    let p = mul_add.of(4.116_304e-3 * UNSCALE, z, 4.063_319e-2 * UNSCALE);
    let p = mul_add.of(p, z, 1.832_350_3e-1 * UNSCALE);
    let p = mul_add.of(p, z, 4.382_948e-1 * UNSCALE);
    let p = mul_add.of(p, z, 0.5 * UNSCALE);
    let q = mul_add.of(1.031_792_4e-2, z, 1.018_587_5e-1);
    let q = mul_add.of(q, z, 4.694_703_5e-1);
    let q = mul_add.of(q, z, 1.202_502_7);
    let q = mul_add.of(q, z, 1.674_474_6);
    let q = mul_add.of(q, z, 1.0);
    let tail = exp * (p / q);
    let cdf = if x > 0.0 { 1.0 - tail } else { tail };
    (cdf, exp * (0.398_942_3 * UNSCALE))
}

/// The complementary error function, with a relative error of at most 5e-7: 2 Φ(-√2 x).
///
/// The rounding error of √2 x would cause a relative error of 2 x² times the precision in the tail, so it is corrected by the
/// derivative.
#[inline(always)]
pub(super) fn erfc(x: f32, mul_add: MulAdd) -> f32 {
    /// What √2 loses as `f32`.
    const LOW: f32 = 2.420_323_5e-8;
    let w = x * std::f32::consts::SQRT_2;
    let (cdf, density) = single(-w, mul_add);
    let lost = mul_add.of(x, LOW, mul_add.lost_of_product(x, std::f32::consts::SQRT_2, w));
    // Without a density, `w` may be infinite, and `lost` NaN.
    let cdf = if density > 0.0 { mul_add.of(-density, lost, cdf) } else { cdf };
    cdf + cdf
}

/// 2⁶⁴ exp(-z² / 2) for 0 <= z <= 14.5: scaled, so that the result is not subnormal.
///
/// -z² / 2 = n ln 2 - r / 2 with |r| <= ln 2. The rounding error of z² is part of r, since it would cause a relative error of
/// z² / 2 times the precision.
#[inline(always)]
fn exp_of_half_square(z: f32, mul_add: MulAdd) -> f32 {
    /// 1.5 · 2²³: adding it rounds to an integer, which is then in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let square = z * z;
    let lost = mul_add.lost_of_square(z, square);
    let rounded = mul_add.of(square, -0.5 * std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = mul_add.of(n, 1.386_718_8, square) + mul_add.of(n, -4.243_888_8e-4, lost);
    // The minimax approximation of exp(-r / 2).
    let p = mul_add.of(2.197_097_1e-5, r, -2.618_456e-4);
    let p = mul_add.of(p, r, 2.604_048_3e-3);
    let p = mul_add.of(p, r, -2.083_295_6e-2);
    let p = mul_add.of(p, r, 1.25e-1);
    let p = mul_add.of(p, r, -0.5);
    let p = mul_add.of(p, r, 1.0);
    let power = (rounded.to_bits() << 23).wrapping_add((127 + 64) << 23);
    p * f32::from_bits(power)
}

/// [`normal`] of an `f64`.
///
/// Φ(x) = erfc(-x / √2) / 2 and φ(x) = exp(-x² / 2) / √(2π), with one exponential for both.
#[inline(always)]
pub(super) fn double(x: f64, mul_add: MulAdd) -> (f64, f64) {
    let bell = bell(x, mul_add);
    let z = x.abs() * std::f64::consts::FRAC_1_SQRT_2;
    let t = 2.0 / (2.0 + z);
    let u = mul_add.of(2.0, t, -1.0);
    // Start from the last coefficient: the compiler may not drop a product with 0.
    let (&last, others) = ERFC.split_last().expect("it has coefficients");
    let q = others.iter().rev().fold(last, |q, &coefficient| mul_add.of(q, u, coefficient));
    let tail = 0.5 * bell * t * q;
    let cdf = if x > 0.0 { 1.0 - tail } else { tail };
    (cdf, bell * 0.398_942_280_401_432_7)
}

/// exp(-x² / 2).
///
/// Without correction, the rounding error of x² would cause a relative error of x² / 2 times the precision, far more
/// than that of the exponential itself.
#[inline(always)]
fn bell(x: f64, mul_add: MulAdd) -> f64 {
    let square = x * x;
    let lost = mul_add.lost_of_square(x, square);
    let bell = super::double::exp(-square * 0.5, mul_add);
    // If `bell` is 0 the square may be infinite, and `lost` NaN.
    if bell > 0.0 { mul_add.of(-bell, lost * 0.5, bell) } else { bell }
}

#[cfg(test)]
mod tests {
    use super::super::angles::tests::check;
    use super::*;

    #[test]
    fn the_complementary_error_function_is_close() {
        let ways = [MulAdd::PORTABLE, MulAdd::FUSED];
        for (step, way) in (-150_000..=150_000).flat_map(|step| ways.map(|way| (step, way))) {
            for x in [step as f32 * 8e-5, step as f32 * 1e-9] {
                check(erfc(x, way), libm::erfc(f64::from(x)), 8.0, x);
            }
        }
        let ends = [f32::INFINITY, 1e38, -1e38, f32::NEG_INFINITY].map(|x| erfc(x, ways[0]));
        assert_eq!(ends, [0.0, 0.0, 2.0, 2.0]);
        assert!(erfc(f32::NAN, ways[0]).is_nan());
    }

    #[test]
    fn agrees_with_tables() {
        let table = [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.0, 0.158_655_253_931_457_05),
            (0.3, 0.617_911_422_188_952_7),
            (-2.5, 0.006_209_665_325_776_132),
            (-6.0, 9.865_876_450_376_98e-10),
            (-12.0, 1.776_482_112_077_679e-33),
            (9.0, 1.0),
        ];
        for ((x, expected), way) in
            table.into_iter().flat_map(|row| [MulAdd::PORTABLE, MulAdd::FUSED].map(|way| (row, way)))
        {
            let (cdf, _) = normal::<f64>(x, way);
            assert!((cdf / expected - 1.0).abs() < 1e-13, "{x}: {cdf}");
            let (cdf, _) = normal::<f32>(x as f32, way);
            assert!((f64::from(cdf) / expected - 1.0).abs() < 1e-5, "{x}: {cdf}");
        }
        let (_, density) = normal::<f64>(1.5, MulAdd::PORTABLE);
        assert!((density - 0.129_517_595_665_891_74).abs() < 1e-16);
    }
}
