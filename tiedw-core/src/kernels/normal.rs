//! The normal distribution.

use crate::Element;

/// The Chebyshev coefficients of g in erfc(z) = t exp(-z² + g(2t - 1)), t = 2 / (2 + z), z >= 0.
///
/// The form is that of Press et al., "Numerical Recipes", 3rd edition, section 6.2.2.
const ERFC: [f64; 28] = [
    -0.651_326_859_890_854_7,
    0.641_969_792_356_490_3,
    0.019_476_473_204_185_836,
    -0.009_561_514_786_808_63,
    -0.000_946_595_344_482_036_9,
    0.000_366_839_497_852_761_45,
    4.252_332_480_690_777e-5,
    -2.027_857_811_253_424e-5,
    -1.624_290_004_647_025_5e-6,
    1.303_655_835_580_523_2e-6,
    1.562_644_172_206_614_3e-8,
    -8.523_809_591_492_654e-8,
    6.529_054_439_098_852e-9,
    5.059_343_495_551_469e-9,
    -9.913_641_565_330_33e-10,
    -2.273_651_222_931_835_6e-10,
    9.646_791_102_015_526e-11,
    2.394_038_083_039_115e-12,
    -6.886_027_526_497_553e-12,
    8.944_879_273_090_726e-13,
    3.130_921_399_342_958e-13,
    -1.127_082_236_136_725e-13,
    3.810_905_255_189_232e-16,
    7.106_097_613_609_237e-15,
    -1.523_028_201_457_104_3e-15,
    -9.457_494_571_291_234e-17,
    1.210_237_189_224_279e-16,
    -2.816_663_087_747_177e-17,
];

/// The cumulative distribution function and the density at `x`.
///
/// Φ(x) = erfc(-x / √2) / 2 and φ(x) = exp(-x² / 2) / √(2π), with one exponential for both.
#[inline(always)]
pub(crate) fn normal<E: Element>(x: E) -> (E, E) {
    let square = -x * x * E::from_f64(0.5);
    let z = x.abs() * E::from_f64(std::f64::consts::FRAC_1_SQRT_2);
    let t = E::from_f64(2.0) / (E::from_f64(2.0) + z);
    let u = E::from_f64(2.0) * t - E::ONE;
    let (mut b1, mut b2) = (E::ZERO, E::ZERO);
    for &c in ERFC[1..E::ERFC_TERMS].iter().rev() {
        (b1, b2) = (E::from_f64(2.0) * u * b1 - b2 + E::from_f64(c), b1);
    }
    let g = u * b1 - b2 + E::from_f64(ERFC[0]);
    let tail = E::from_f64(0.5) * t * (square + g).exp();
    let cdf = if x > E::ZERO { E::ONE - tail } else { tail };
    let density = square.exp() * E::from_f64(0.398_942_280_401_432_7);
    (cdf, density)
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
        for (x, expected) in table {
            let (cdf, _) = normal::<f64>(x);
            assert!((cdf / expected - 1.0).abs() < 1e-13, "{x}: {cdf}");
            let (cdf, _) = normal::<f32>(x as f32);
            assert!((f64::from(cdf) / expected - 1.0).abs() < 1e-5, "{x}: {cdf}");
        }
        let (_, density) = normal::<f64>(1.5);
        assert!((density - 0.129_517_595_665_891_74).abs() < 1e-16);
    }
}
