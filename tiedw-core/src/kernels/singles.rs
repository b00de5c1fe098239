//! Functions of many elements of `f32`, by instructions of AVX-512 that no loop is compiled to. They compute the bits of the functions of
//! one element.

use super::map::map_by_wide;
use super::{exp, logarithm};

/// exp of each element.
pub(super) fn exp_of_singles(x: &[f32], y: &mut [f32]) {
    #[cfg(all(target_arch = "x86_64", not(unoptimized)))]
    if super::Vectors::in_use() >= super::Vectors::Avx512 {
        let whole = x.len().min(y.len()) / 16 * 16;
        // SAFETY: the CPU has AVX-512, or `in_use` would return less.
        unsafe { wide::exp(&x[..whole], &mut y[..whole]) };
        return map_by_wide(&x[whole..], &mut y[whole..], exp::exp);
    }
    map_by_wide(x, y, exp::exp);
}

/// ln of each element.
pub(super) fn ln_of_singles(x: &[f32], y: &mut [f32]) {
    #[cfg(all(target_arch = "x86_64", not(unoptimized)))]
    if super::Vectors::in_use() >= super::Vectors::Avx512 {
        let whole = x.len().min(y.len()) / 16 * 16;
        // SAFETY: the CPU has AVX-512, or `in_use` would return less.
        unsafe { wide::ln(&x[..whole], &mut y[..whole]) };
        return map_by_wide(&x[whole..], &mut y[whole..], logarithm::ln);
    }
    map_by_wide(x, y, logarithm::ln);
}

#[cfg(all(target_arch = "x86_64", not(unoptimized)))]
mod wide {
    use std::arch::x86_64::*;

    use super::super::exp::{EXP, LN_2_HIGH, LN_2_LOW, ROUND};
    use super::super::logarithm::LN;
    use super::super::simd::prefetch_to_write;

    /// How far ahead results are prefetched, in elements.
    const AHEAD: usize = 256;

    /// exp of as many elements as there are in whole runs of 16. `scalef` multiplies by 2ⁿ for any n, with one rounding.
    #[target_feature(enable = "avx512f")]
    pub(super) fn exp(x: &[f32], y: &mut [f32]) {
        let [one, round] = [1.0, ROUND].map(|number| _mm512_set1_ps(number));
        let (most, least) = (_mm512_set1_ps(89.0), _mm512_set1_ps(-105.0));
        let [high, low] = [-LN_2_HIGH, -LN_2_LOW].map(|number| _mm512_set1_ps(number));
        let log2_e = _mm512_set1_ps(std::f32::consts::LOG2_E);
        let coefficients = EXP.map(|number| _mm512_set1_ps(number));
        for (y, x) in y.as_chunks_mut::<16>().0.iter_mut().zip(x.as_chunks::<16>().0) {
            prefetch_to_write(y.as_ptr().wrapping_add(AHEAD));
            // SAFETY: there are 16 elements.
            let x = unsafe { _mm512_loadu_ps(x.as_ptr()) };
            // The second operand is the result where one is NaN.
            let x = _mm512_max_ps(least, _mm512_min_ps(most, x));
            let rounded = _mm512_fmadd_ps(x, log2_e, round);
            let n = _mm512_sub_ps(rounded, round);
            let r = _mm512_fmadd_ps(n, low, _mm512_fmadd_ps(n, high, x));
            let [mut p, rest @ ..] = coefficients;
            for next in rest {
                p = _mm512_fmadd_ps(p, r, next);
            }
            let p = _mm512_fmadd_ps(_mm512_fmadd_ps(p, r, one), r, one);
            // SAFETY: there are 16 elements.
            unsafe { _mm512_storeu_ps(y.as_mut_ptr(), _mm512_scalef_ps(p, n)) };
        }
    }

    /// What `fixupimm` makes of zeros, infinities, negative numbers and NaN: -∞, ∞, NaN and the NaN itself.
    const ENDS: i32 = 0x0353_0411;

    /// ln of as many elements as there are in whole runs of 16. `getexp` and `getmant` take numbers apart, subnormal ones too.
    #[target_feature(enable = "avx512f")]
    pub(super) fn ln(x: &[f32], y: &mut [f32]) {
        let [one, half] = [1.0, 0.5].map(|number| _mm512_set1_ps(number));
        let root = _mm512_set1_ps(std::f32::consts::SQRT_2);
        let [high, low] = [LN_2_HIGH, LN_2_LOW].map(|number| _mm512_set1_ps(number));
        let coefficients = LN.map(|number| _mm512_set1_ps(number));
        let ends = _mm512_set1_epi32(ENDS);
        for (y, x) in y.as_chunks_mut::<16>().0.iter_mut().zip(x.as_chunks::<16>().0) {
            prefetch_to_write(y.as_ptr().wrapping_add(AHEAD));
            // SAFETY: there are 16 elements.
            let x = unsafe { _mm512_loadu_ps(x.as_ptr()) };
            let (k, m) = (_mm512_getexp_ps(x), _mm512_getmant_ps::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_ZERO>(x));
            let is_large = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(m, root);
            let k = _mm512_mask_add_ps(k, is_large, k, one);
            let f = _mm512_sub_ps(_mm512_mask_mul_ps(m, is_large, m, half), one);
            let [mut p, rest @ ..] = coefficients;
            for next in rest {
                p = _mm512_fmadd_ps(p, f, next);
            }
            let y_of = _mm512_fmadd_ps(k, low, _mm512_fmadd_ps(p, _mm512_mul_ps(f, f), f));
            let y_of = _mm512_fixupimm_ps::<0>(_mm512_fmadd_ps(k, high, y_of), x, ends);
            // SAFETY: there are 16 elements.
            unsafe { _mm512_storeu_ps(y.as_mut_ptr(), y_of) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{exp, logarithm, simd::MulAdd};
    use super::*;

    /// Compares functions of one element and of many at each `step`th float, of which there are fewer without optimization.
    fn are_the_same(one: impl Fn(f32) -> f32, many: impl Fn(&[f32], &mut [f32])) {
        let step = if cfg!(debug_assertions) { 65_521 } else { 251 };
        let ends =
            [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MIN_POSITIVE, 1e-45, -1e-45, 1.0];
        let x: Vec<f32> = (0..=u32::MAX).step_by(step).map(f32::from_bits).chain(ends).collect();
        let mut y = vec![0.0; x.len()];
        for (x, y) in x.chunks(4099).zip(y.chunks_mut(4099)) {
            many(x, y);
        }
        for (&x, &y) in x.iter().zip(&y) {
            let expected = one(x);
            assert!(
                y.to_bits() == expected.to_bits() || y.is_nan() && expected.is_nan(),
                "{x:e}: {y:e}, not {expected:e}"
            );
        }
    }

    #[test]
    fn many_elements_have_the_bits_of_one() {
        // Products are fused in vectors alone.
        let way = match super::super::Vectors::in_use() {
            super::super::Vectors::Portable => MulAdd::PORTABLE,
            _ => MulAdd::FUSED,
        };
        are_the_same(|x| exp::exp(x, way), exp_of_singles);
        are_the_same(|x| logarithm::ln(x, way), ln_of_singles);
    }
}
