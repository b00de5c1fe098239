//! Matrix transposition.

use std::arch::x86_64::*;

/// `to[j * to_row + i] <- from[i * from_row + j]` for `rows` rows and `columns` columns.
///
/// # Safety
/// The CPU has AVX2 and FMA; all these elements of `from` may be read and of `to` written; the two do not overlap.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn transpose(
    from: *const f32,
    from_row: usize,
    to: *mut f32,
    to_row: usize,
    rows: usize,
    columns: usize,
) {
    // SAFETY: the caller upholds the contract; with `beta` 0, `to` is not read.
    unsafe { exchange(from, from_row, 0.0, to, to_row, rows, columns) }
}

/// `to[j * to_row + i] <- from[i * from_row + j] + beta * to[j * to_row + i]`.
///
/// # Safety
/// As [`transpose`], and these elements of `to` may be read too.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn transpose_add(
    from: *const f32,
    from_row: usize,
    beta: f32,
    to: *mut f32,
    to_row: usize,
    rows: usize,
    columns: usize,
) {
    // SAFETY: the caller upholds the contract.
    unsafe { exchange(from, from_row, beta, to, to_row, rows, columns) }
}

/// # Safety
/// As [`transpose_add`]; if `beta` is 0, `to` is not read.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn exchange(
    from: *const f32,
    from_row: usize,
    beta: f32,
    to: *mut f32,
    to_row: usize,
    rows: usize,
    columns: usize,
) {
    // SAFETY: `i < rows` and `j < columns` for each element below, as in the formula of `transpose`.
    unsafe {
        let (whole_rows, whole_columns) = (rows - rows % 8, columns - columns % 8);
        let block = |i: usize, j: usize| {
            block(from.add(i * from_row + j), from_row, beta, to.add(j * to_row + i), to_row);
        };
        for i in (0..whole_rows).step_by(16) {
            let two = i + 8 < whole_rows;
            // Pairs of blocks: the other half of a cache line is accessed while the line is still in cache.
            for j in (0..whole_columns).step_by(8) {
                block(i, j);
                if two {
                    block(i + 8, j);
                }
            }
        }
        for i in 0..rows {
            let first = if i < whole_rows { whole_columns } else { 0 };
            for j in first..columns {
                let (from, to) = (*from.add(i * from_row + j), to.add(j * to_row + i));
                *to = if beta == 0.0 { from } else { from + beta * *to };
            }
        }
    }
}

/// Transposes an 8 by 8 block.
///
/// # Safety
/// As [`transpose`], for 8 rows and 8 columns; if `beta` is not 0, `to` may be read too.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn block(from: *const f32, from_row: usize, beta: f32, to: *mut f32, to_row: usize) {
    // SAFETY: the caller upholds the contract; all offsets are inside the 8 by 8 block.
    unsafe {
        let row = |i: usize| _mm256_loadu_ps(from.add(i * from_row));
        let [a, b, c, d] = quarters(row(0), row(1), row(2), row(3));
        let [e, f, g, h] = quarters(row(4), row(5), row(6), row(7));
        for (j, (low, high)) in [(a, e), (b, f), (c, g), (d, h)].into_iter().enumerate() {
            put(_mm256_permute2f128_ps::<0x20>(low, high), beta, to.add(j * to_row));
            put(_mm256_permute2f128_ps::<0x31>(low, high), beta, to.add((j + 4) * to_row));
        }
    }
}

/// # Safety
/// Eight elements at `to` may be written, and read if `beta` is not 0.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn put(row: __m256, beta: f32, to: *mut f32) {
    // SAFETY: the caller guarantees eight elements at `to`.
    unsafe {
        let row =
            if beta == 0.0 { row } else { _mm256_fmadd_ps(_mm256_set1_ps(beta), _mm256_loadu_ps(to), row) };
        _mm256_storeu_ps(to, row);
    }
}

/// Transposes both 4 by 4 halves of four rows of eight.
#[inline]
#[target_feature(enable = "avx2")]
fn quarters(a: __m256, b: __m256, c: __m256, d: __m256) -> [__m256; 4] {
    let (ab_low, ab_high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
    let (cd_low, cd_high) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
    [
        _mm256_shuffle_ps::<0x44>(ab_low, cd_low),
        _mm256_shuffle_ps::<0xEE>(ab_low, cd_low),
        _mm256_shuffle_ps::<0x44>(ab_high, cd_high),
        _mm256_shuffle_ps::<0xEE>(ab_high, cd_high),
    ]
}
