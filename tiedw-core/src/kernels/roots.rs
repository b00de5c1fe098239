//! Square roots of many numbers.

use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The square root of each element, correctly rounded.
pub(crate) fn roots<E: Element>(x: &[E]) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 1) {
        None => E::roots_into(x, &mut y),
        Some(share) => {
            parallel_for_each(x.chunks(share).zip(y.chunks_mut(share)), |(x, y)| E::roots_into(x, y))
        }
    }
    y
}

vectorized! {
    pub(crate) fn roots_of_each[E: Element](x: &[E], y: &mut [E]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = x.sqrt();
        }
    }
}

pub(super) fn roots_of_singles(x: &[f32], y: &mut [f32]) {
    #[cfg(all(target_arch = "x86_64", not(unoptimized)))]
    if super::Vectors::in_use() >= super::Vectors::Avx512 {
        let whole = x.len().min(y.len()) / 16 * 16;
        // SAFETY: the CPU has AVX-512, or `in_use` would return less.
        unsafe { from_estimates(&x[..whole], &mut y[..whole]) };
        return roots_of_each(&x[whole..], &mut y[whole..]);
    }
    roots_of_each(x, y)
}

/// The roots of multiples of 16 elements, by the estimate of 1 / √x with 14 bits: the instruction for roots takes twice as long.
///
/// Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor", 1990. The tests compare
/// all mantissas.
#[cfg(all(target_arch = "x86_64", not(unoptimized)))]
#[target_feature(enable = "avx512f")]
fn from_estimates(x: &[f32], y: &mut [f32]) {
    use std::arch::x86_64::*;
    let half = _mm512_set1_ps(0.5);
    // Below this bound, the error of the square of the root is rounded.
    let (least, infinity) = (_mm512_set1_ps(1e-30), _mm512_set1_ps(f32::INFINITY));
    for (y, x) in y.as_chunks_mut::<16>().0.iter_mut().zip(x.as_chunks::<16>().0) {
        // SAFETY: there are 16 elements.
        let x = unsafe { _mm512_loadu_ps(x.as_ptr()) };
        let estimate = _mm512_rsqrt14_ps(x);
        let (root, slope) = (_mm512_mul_ps(x, estimate), _mm512_mul_ps(half, estimate));
        let error = _mm512_fnmadd_ps(root, slope, half);
        let (root, slope) = (_mm512_fmadd_ps(root, error, root), _mm512_fmadd_ps(slope, error, slope));
        let rest = _mm512_fnmadd_ps(root, root, x);
        let root = _mm512_fmadd_ps(rest, slope, root);
        let is_within =
            _mm512_cmp_ps_mask::<_CMP_GE_OQ>(x, least) & _mm512_cmp_ps_mask::<_CMP_LT_OQ>(x, infinity);
        let root = if is_within == u16::MAX { root } else { _mm512_mask_sqrt_ps(root, !is_within, x) };
        // SAFETY: there are 16 elements.
        unsafe { _mm512_storeu_ps(y.as_mut_ptr(), root) };
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
        for (&x, &y) in x.iter().zip(roots(&x).iter()) {
            assert!(y.to_bits() == x.sqrt().to_bits() || y.is_nan() && x.sqrt().is_nan(), "{x:e}: {y:e}");
        }
    }
}
