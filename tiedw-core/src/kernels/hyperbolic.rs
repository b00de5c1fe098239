//! The inverse hyperbolic functions in `f32`, without branches, so that loops over them are vectorized.

use super::logarithm::ln_1p;
use super::simd::MulAdd;

/// Above, 1 is negligible beside an element and its square, and the square is finite up to it.
const LARGE: f32 = 1e9;

/// The inverse hyperbolic sine, with an error of at most four units in the last place.
///
/// It is ln(1 + a + a² / (1 + √(1 + a²))) of a = |x|, and ln(2 a) for large a.
#[inline(always)]
pub(crate) fn asinh(x: f32, mul_add: MulAdd) -> f32 {
    let a = x.abs();
    let square = a * a;
    let is_large = a > LARGE;
    let y = ln_1p(if is_large { a } else { a + square / (1.0 + (1.0 + square).sqrt()) }, mul_add);
    (if is_large { y + std::f32::consts::LN_2 } else { y }).copysign(x)
}

/// The inverse hyperbolic cosine, with an error of at most four units in the last place; NaN below 1.
///
/// It is ln(1 + t + √(t (t + 2))) of t = x - 1, and ln(2 x) for large x.
#[inline(always)]
pub(crate) fn acosh(x: f32, mul_add: MulAdd) -> f32 {
    let t = x - 1.0;
    let is_large = x > LARGE;
    let y = ln_1p(if is_large { x } else { t + (t * (t + 2.0)).sqrt() }, mul_add);
    let y = if is_large { y + std::f32::consts::LN_2 } else { y };
    if x < 1.0 { f32::NAN } else { y }
}

/// The inverse hyperbolic tangent, with an error of at most four units in the last place; NaN outside -1 to 1.
#[inline(always)]
pub(crate) fn atanh(x: f32, mul_add: MulAdd) -> f32 {
    let a = x.abs();
    (0.5 * ln_1p((a + a) / (1.0 - a), mul_add)).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::super::angles::tests::check;
    use super::*;

    #[test]
    fn inverse_hyperbolic_functions_are_close() {
        let ways = [MulAdd::PORTABLE, MulAdd::FUSED];
        for (step, way) in (-200_000..=200_000).flat_map(|step| ways.map(|way| (step, way))) {
            let step = step as f32;
            for x in [step * 1e-5, step * 1e-12, step * 0.37, step * 5.1e3, step * 1.6e33] {
                check(asinh(x, way), libm::asinh(f64::from(x)), 4.0, x);
                if x >= 1.0 {
                    check(acosh(x, way), libm::acosh(f64::from(x)), 4.0, x);
                }
            }
            for x in [step * 5e-6, step * 5e-12, 1.0 - step.abs() * 6e-8] {
                check(atanh(x, way), libm::atanh(f64::from(x)), 4.0, x);
            }
            let x = 1.0 + step.abs() * 1.2e-7;
            check(acosh(x, way), libm::acosh(f64::from(x)), 4.0, x);
        }
        let ends = [asinh, acosh, atanh]
            .map(|f| [f32::INFINITY, f32::NEG_INFINITY, f32::NAN].map(|x| f(x, ways[0])));
        assert_eq!(ends[0][..2], [f32::INFINITY, f32::NEG_INFINITY]);
        assert!(ends[1][0] == f32::INFINITY && ends[1][1].is_nan() && acosh(-3.0, ways[0]).is_nan());
        assert!(ends[2][..2].iter().all(|y| y.is_nan()) && ends.iter().all(|of| of[2].is_nan()));
        assert_eq!([1.0, -1.0].map(|x| atanh(x, ways[0])), [f32::INFINITY, f32::NEG_INFINITY]);
        assert!(asinh(-0.0, ways[0]).is_sign_negative() && atanh(-0.0, ways[0]).is_sign_negative());
    }
}
