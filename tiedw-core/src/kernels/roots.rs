//! Square roots of many numbers.

use super::simd::vectorized;
use crate::Element;

vectorized! {
    pub(crate) fn reciprocal_roots_of_each[E: Element](x: &[E], y: &mut [E]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = E::ONE / x.sqrt();
        }
    }
}

vectorized! {
    pub(crate) fn roots_of_each[E: Element](x: &[E], y: &mut [E]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = x.sqrt();
        }
    }
}

/// The square roots of as many elements, correctly rounded.
pub(super) fn roots_of_singles(x: &[f32], y: &mut [f32]) {
    #[cfg(all(target_arch = "x86_64", not(unoptimized)))]
    if super::Vectors::in_use() >= super::Vectors::Avx512 {
        let whole = x.len().min(y.len()) / 16 * 16;
        // SAFETY: the CPU has AVX-512, or `in_use` would return less.
        unsafe { wide::roots(&x[..whole], &mut y[..whole]) };
        return roots_of_each(&x[whole..], &mut y[whole..]);
    }
    roots_of_each(x, y)
}

/// 1 / √x of as many elements, where the root and the quotient are correctly rounded.
pub(super) fn reciprocal_roots_of_singles(x: &[f32], y: &mut [f32]) {
    #[cfg(all(target_arch = "x86_64", not(unoptimized)))]
    if super::Vectors::in_use() >= super::Vectors::Avx512 {
        let whole = x.len().min(y.len()) / 16 * 16;
        // SAFETY: the CPU has AVX-512, or `in_use` would return less.
        unsafe { wide::reciprocal_roots(&x[..whole], &mut y[..whole]) };
        return reciprocal_roots_of_each(&x[whole..], &mut y[whole..]);
    }
    reciprocal_roots_of_each(x, y)
}

/// By the estimate of 1 / √x with 14 bits: the instructions for roots and quotients take twice as long.
///
/// Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor", 1990. The tests compare
/// all mantissas.
#[cfg(all(target_arch = "x86_64", not(unoptimized)))]
mod wide {
    use std::arch::x86_64::*;

    /// The roots of a run of elements, half of their reciprocals, and for which of them both are accurate.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn from_estimates(x: __m512) -> (__m512, __m512, u16) {
        let half = _mm512_set1_ps(0.5);
        // Below this bound, the error of the square of the root is rounded.
        let (least, infinity) = (_mm512_set1_ps(1e-30), _mm512_set1_ps(f32::INFINITY));
        let estimate = _mm512_rsqrt14_ps(x);
        let (root, slope) = (_mm512_mul_ps(x, estimate), _mm512_mul_ps(half, estimate));
        let error = _mm512_fnmadd_ps(root, slope, half);
        let (root, slope) = (_mm512_fmadd_ps(root, error, root), _mm512_fmadd_ps(slope, error, slope));
        let rest = _mm512_fnmadd_ps(root, root, x);
        let root = _mm512_fmadd_ps(rest, slope, root);
        let is_within =
            _mm512_cmp_ps_mask::<_CMP_GE_OQ>(x, least) & _mm512_cmp_ps_mask::<_CMP_LT_OQ>(x, infinity);
        (root, slope, is_within)
    }

    /// The roots of multiples of 16 elements.
    #[target_feature(enable = "avx512f")]
    pub(super) fn roots(x: &[f32], y: &mut [f32]) {
        for (y, x) in y.as_chunks_mut::<16>().0.iter_mut().zip(x.as_chunks::<16>().0) {
            // SAFETY: there are 16 elements.
            let x = unsafe { _mm512_loadu_ps(x.as_ptr()) };
            let (root, _, is_within) = from_estimates(x);
            let root = if is_within == u16::MAX { root } else { _mm512_mask_sqrt_ps(root, !is_within, x) };
            // SAFETY: there are 16 elements.
            unsafe { _mm512_storeu_ps(y.as_mut_ptr(), root) };
        }
    }

    /// The reciprocals of the roots of multiples of 16 elements.
    #[target_feature(enable = "avx512f")]
    pub(super) fn reciprocal_roots(x: &[f32], y: &mut [f32]) {
        let one = _mm512_set1_ps(1.0);
        let (above, all) = (_mm512_set1_epi32(i32::MIN >> 8), _mm512_set1_epi32(-1));
        for (y, x) in y.as_chunks_mut::<16>().0.iter_mut().zip(x.as_chunks::<16>().0) {
            // SAFETY: there are 16 elements.
            let x = unsafe { _mm512_loadu_ps(x.as_ptr()) };
            let (root, slope, is_within) = from_estimates(x);
            let quotient = _mm512_add_ps(slope, slope);
            let quotient = _mm512_fmadd_ps(_mm512_fnmadd_ps(root, quotient, one), quotient, quotient);
            // Where all digits of the root are set, the step ends half way between two numbers.
            let digits = _mm512_or_si512(_mm512_castps_si512(root), above);
            let is_within = is_within & _mm512_cmpneq_epi32_mask(digits, all);
            let quotient = if is_within == u16::MAX {
                quotient
            } else {
                _mm512_mask_div_ps(quotient, !is_within, one, _mm512_sqrt_ps(x))
            };
            // SAFETY: there are 16 elements.
            unsafe { _mm512_storeu_ps(y.as_mut_ptr(), quotient) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_rounded_correctly() {
        // Every mantissa with an even and an odd exponent, if this is optimized.
        let step = if cfg!(debug_assertions) { 1021 } else { 1 };
        let of_mantissas = (1_f32.to_bits()..4_f32.to_bits()).step_by(step);
        let of_exponents = (0..=u32::MAX).step_by(65_521);
        let ends = [0.0, -0.0, f32::INFINITY, f32::MAX, f32::MIN_POSITIVE, 1e-45, 1e-30, 9.999_999e-31]
            .map(f32::to_bits);
        let x: Vec<f32> = of_mantissas.chain(of_exponents).chain(ends).map(f32::from_bits).collect();
        let [mut roots, mut quotients] = [(); 2].map(|()| vec![0.0; x.len()]);
        roots_of_singles(&x, &mut roots);
        reciprocal_roots_of_singles(&x, &mut quotients);
        for ((&x, &root), &quotient) in x.iter().zip(&roots).zip(&quotients) {
            let expected = x.sqrt();
            let is_same =
                |y: f32, expected: f32| y.to_bits() == expected.to_bits() || y.is_nan() && expected.is_nan();
            assert!(is_same(root, expected), "√{x:e}: {root:e}");
            assert!(is_same(quotient, 1.0 / expected), "1 / √{x:e}: {quotient:e}");
        }
    }
}
