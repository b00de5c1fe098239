//! The normal distribution.

use super::elementary::Digits;
use super::simd::MulAdd;
use crate::Element;

/// The coefficients of Q in erfc(z) = exp(-z²) t Q(2t - 1), t = 2 / (2 + z), z >= 0, from the constant on.
///
/// Q is smooth and has no zero, so that erfc is accurate to the last digits in the tail too. Its Chebyshev series is
/// truncated at the precision of the element type.
pub(super) const ERFC_F32: &[f32] = &[
    0.510_791_36,
    0.343_580_34,
    0.139_736_03,
    0.018_221_384,
    -0.010_755_116,
    -0.003_241_855,
    0.001_544_047_7,
    0.000_427_020_16,
    -0.000_328_100_14,
    -3.295154e-5,
    6.768_780_4e-5,
    -1.327_395_5e-6,
    -8.508_869_5e-6,
];

/// [`ERFC_F32`] for `f64`.
pub(super) const ERFC_F64: &[f64] = &[
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

/// [`normal`] of a plain number.
///
/// Φ(x) = erfc(-x / √2) / 2 and φ(x) = exp(-x² / 2) / √(2π), with one exponential for both.
#[inline(always)]
pub(super) fn of_digits<E: Digits>(x: E, mul_add: MulAdd) -> (E, E) {
    let bell = bell(x, mul_add);
    let z = x.abs() * E::from_f64(std::f64::consts::FRAC_1_SQRT_2);
    let t = E::from_f64(2.0) / (E::from_f64(2.0) + z);
    let u = mul_add.of(E::from_f64(2.0), t, -E::ONE);
    // Start from the last coefficient: the compiler may not drop a product with 0.
    let (&last, others) = E::ERFC.split_last().expect("it has coefficients");
    let q = others.iter().rev().fold(last, |q, &coefficient| mul_add.of(q, u, coefficient));
    let tail = E::from_f64(0.5) * bell * t * q;
    let cdf = if x > E::ZERO { E::ONE - tail } else { tail };
    (cdf, bell * E::from_f64(0.398_942_280_401_432_7))
}

/// exp(-x² / 2).
///
/// Without correction, the rounding error of x² would cause a relative error of x² / 2 times the precision, far more
/// than that of the exponential itself.
#[inline(always)]
fn bell<E: Digits>(x: E, mul_add: MulAdd) -> E {
    let half = E::from_f64(0.5);
    let square = x * x;
    let lost = mul_add.lost_of_square(x, square);
    let bell = (-square * half).exp_by(mul_add);
    // If `bell` is 0 the square may be infinite, and `lost` NaN.
    if bell > E::ZERO { mul_add.of(-bell, lost * half, bell) } else { bell }
}

#[cfg(test)]
mod tests {
    use super::*;

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
