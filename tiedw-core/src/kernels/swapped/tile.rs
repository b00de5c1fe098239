//! Transposes of tiles of 16 by 16 elements of 32 bits with AVX-512.

use std::any::TypeId;
use std::arch::x86_64::*;

use super::TILE;
use crate::kernels::Vectors;
use crate::pooled_vec::Pooled;

/// Whether [`transpose`] may be called.
pub(super) fn is_for<T: Pooled>() -> bool {
    is_of_32_bits::<T>() && Vectors::in_use() >= Vectors::Avx512
}

fn is_of_32_bits<T: Pooled>() -> bool {
    [TypeId::of::<f32>(), TypeId::of::<u32>()].contains(&TypeId::of::<T>())
}

/// `y[j * to_row + i] <- x[i * from_row + j]` for a tile.
///
/// # Panics
/// If [`is_for`] is false, or the tile is not within both slices.
#[inline]
pub(super) fn transpose<T: Pooled>(x: &[T], from_row: usize, y: &mut [T], to_row: usize) {
    assert!(is_for::<T>());
    // With `TILE` elements from the start of the last row on, all rows before it are within, too.
    assert!((TILE - 1).checked_mul(from_row).is_some_and(|last| x.len() >= last.saturating_add(TILE)));
    assert!((TILE - 1).checked_mul(to_row).is_some_and(|last| y.len() >= last.saturating_add(TILE)));
    // SAFETY: the CPU has AVX-512, or `in_use` would return less. All 16 rows of 16 elements are within `x` and those of the result
    // within `y`, as asserted; elements are `f32` or `u32`, of which every bit pattern is valid, so that they may be moved as either.
    unsafe { avx512(x.as_ptr().cast(), from_row, y.as_mut_ptr().cast(), to_row) }
}

/// # Safety
/// The CPU has AVX-512F; 16 elements may be read from each `x + i * from_row` and written to each `y + i * to_row` for i < 16; the
/// two do not overlap.
#[target_feature(enable = "avx512f")]
unsafe fn avx512(x: *const f32, from_row: usize, y: *mut f32, to_row: usize) {
    // SAFETY: the caller guarantees 16 elements at row `i` < 16.
    let row = |i: usize| unsafe { _mm512_loadu_ps(x.add(i * from_row)) };
    // SAFETY: as above.
    let put = |i: usize, line| unsafe { _mm512_storeu_ps(y.add(i * to_row), line) };
    // Of rows 4 g to 4 g + 3, with lane 4 q + r of the k-th vector the element of row 4 g + r and column 4 q + k.
    let groups = [0, 4, 8, 12].map(|g| {
        let (a, b, c, d) = (row(g), row(g + 1), row(g + 2), row(g + 3));
        let (ab_low, ab_high) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
        let (cd_low, cd_high) = (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
        [
            _mm512_shuffle_ps::<0x44>(ab_low, cd_low),
            _mm512_shuffle_ps::<0xEE>(ab_low, cd_low),
            _mm512_shuffle_ps::<0x44>(ab_high, cd_high),
            _mm512_shuffle_ps::<0xEE>(ab_high, cd_high),
        ]
    });
    for k in 0..4 {
        let [a, b, c, d] = groups.map(|group| group[k]);
        let (ab, cd) = (_mm512_shuffle_f32x4::<0x44>(a, b), _mm512_shuffle_f32x4::<0x44>(c, d));
        put(k, _mm512_shuffle_f32x4::<0x88>(ab, cd));
        put(k + 4, _mm512_shuffle_f32x4::<0xDD>(ab, cd));
        let (ab, cd) = (_mm512_shuffle_f32x4::<0xEE>(a, b), _mm512_shuffle_f32x4::<0xEE>(c, d));
        put(k + 8, _mm512_shuffle_f32x4::<0x88>(ab, cd));
        put(k + 12, _mm512_shuffle_f32x4::<0xDD>(ab, cd));
    }
}
