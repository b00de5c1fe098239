//! How operands are prepared for tiles: each number as three bf16, in the order in which tiles read them.
//!
//! Tiles multiply pairs of bf16 of one row by pairs of one column. A pair is of the depths p and p + 16, so that two
//! vectors make a row of a tile without being shuffled.

use std::arch::x86_64::*;

use super::super::product::Strided;
use super::{SIDE, STEP};

/// Numbers of a tile, which are pairs of bf16.
const TILE: usize = 16 * 16;
/// Of how many bf16 a number is the sum.
const PARTS: usize = 3;

/// Which side of a product a strip is on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Rows of A: a row of a tile has pairs of one of them.
    Rows,
    /// Columns of B: a row of a tile has a pair of each of them.
    Columns,
}

/// How much memory a strip of this depth needs.
pub(super) fn packed_len(depth: usize) -> usize {
    PARTS * 2 * TILE * depth.div_ceil(STEP)
}

/// Packs `count` rows, or columns, of this depth, and zeros beyond: step after step, part after part, two tiles each.
/// Returns whether all numbers are finite; what is packed is of use only then.
///
/// # Safety
/// `from` is count by depth, and its rows or its columns lie together; `to` has room for [`packed_len`] numbers; the
/// machine has AVX-512.
pub(super) unsafe fn pack(form: Form, from: Strided, count: usize, depth: usize, to: *mut f32) -> bool {
    // SAFETY: the caller's.
    unsafe {
        match (form, from.column == 1) {
            (Form::Rows, true) => steps::<true, false>(from, count, depth, to),
            (Form::Columns, true) => steps::<true, true>(from, count, depth, to),
            (Form::Rows, false) => steps::<false, true>(from, count, depth, to),
            (Form::Columns, false) => steps::<false, false>(from, count, depth, to),
        }
    }
}

/// [`pack`] where vectors run along the depth, or across it; and where each tile has to be transposed, or not.
///
/// # Safety
/// As [`pack`]; `from.column` is 1 where vectors run along the depth, and `from.row` where they do not.
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn steps<const ALONG: bool, const TRANSPOSED: bool>(
    from: Strided,
    count: usize,
    depth: usize,
    to: *mut f32,
) -> bool {
    let mut finite = true;
    for (step, p) in (0..depth).step_by(STEP).enumerate() {
        for (half, first) in [0, SIDE / 2].into_iter().enumerate() {
            let block = Block {
                from: from.pointer.wrapping_add(first * from.row + p * from.column),
                stride: if ALONG { from.row } else { from.column },
                count: count.saturating_sub(first),
                depth: depth - p,
            };
            // SAFETY: the caller's.
            finite &= unsafe {
                let to = to.add((PARTS * 2 * step + half) * TILE);
                if block.count >= SIDE / 2 && block.depth >= STEP {
                    // Known sizes leave no masks.
                    Block { count: SIDE / 2, depth: STEP, ..block }.pack::<ALONG, TRANSPOSED>(to)
                } else {
                    block.pack::<ALONG, TRANSPOSED>(to)
                }
            };
        }
    }
    finite
}

/// What becomes a tile of each part: up to 16 rows or columns, up to 32 deep.
#[derive(Clone, Copy)]
struct Block {
    from: *const f32,
    /// From vector to vector.
    stride: usize,
    count: usize,
    depth: usize,
}

impl Block {
    /// # Safety
    /// As [`steps`].
    #[inline(always)]
    unsafe fn pack<const ALONG: bool, const TRANSPOSED: bool>(self, to: *mut f32) -> bool {
        // SAFETY: the caller's; vectors are stored to the 16 lines of a tile of each part, which lie two tiles apart.
        unsafe {
            let mut transposed = [[_mm512_setzero_ps(); 2]; 16];
            if TRANSPOSED {
                for half in 0..2 {
                    let mut vectors = [_mm512_setzero_ps(); 16];
                    for (i, vector) in vectors.iter_mut().enumerate() {
                        *vector = self.pair::<ALONG>(i)[half];
                    }
                    for (pair, vector) in transposed.iter_mut().zip(transpose(vectors)) {
                        pair[half] = vector;
                    }
                }
            }
            let mut rests = [_mm512_setzero_ps(); 2];
            for (i, &transposed) in transposed.iter().enumerate() {
                let [first, second] = if TRANSPOSED { transposed } else { self.pair::<ALONG>(i) };
                let (first, second) = (parts(first, &mut rests[0]), parts(second, &mut rests[1]));
                for part in 0..PARTS {
                    _mm512_storeu_si512(
                        to.add(part * 2 * TILE + 16 * i).cast(),
                        joined(first[part], second[part]),
                    );
                }
            }
            _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(rests[0], rests[1]) == 0
        }
    }

    /// The two vectors that are 16 apart in depth, with zeros where the block ends.
    ///
    /// # Safety
    /// As [`steps`].
    #[inline(always)]
    unsafe fn pair<const ALONG: bool>(self, i: usize) -> [__m512; 2] {
        // SAFETY: the caller's; what lies beyond the block is not read.
        unsafe {
            let vector =
                |at: usize, lanes: usize| _mm512_maskz_loadu_ps(mask(lanes), self.from.wrapping_add(at));
            if ALONG {
                let depth = if i < self.count { self.depth } else { 0 };
                [vector(i * self.stride, depth), vector(i * self.stride + 16, depth.saturating_sub(16))]
            } else {
                let lanes = |p: usize| if p < self.depth { self.count } else { 0 };
                [vector(i * self.stride, lanes(i)), vector((i + 16) * self.stride, lanes(i + 16))]
            }
        }
    }
}

/// A mask of the first lanes.
#[inline(always)]
fn mask(lanes: usize) -> __mmask16 {
    if lanes < 16 { (1 << lanes) - 1 } else { __mmask16::MAX }
}

/// Three vectors of bf16, each in the upper halves of its lanes, whose sum is exact: what the last one has in the lower
/// halves counts for nothing. Where a number is infinite or NaN, `rests` becomes NaN.
#[inline(always)]
unsafe fn parts(numbers: __m512, rests: &mut __m512) -> [__m512i; PARTS] {
    // SAFETY: the machine has AVX-512, says the caller.
    unsafe {
        let rounded = |numbers: __m512| {
            let up = _mm512_add_epi32(_mm512_castps_si512(numbers), _mm512_set1_epi32(1 << 15));
            _mm512_and_si512(up, _mm512_set1_epi32(-1 << 16))
        };
        let first = rounded(numbers);
        let rest = _mm512_sub_ps(numbers, _mm512_castsi512_ps(first));
        *rests = _mm512_fmadd_ps(rest, _mm512_setzero_ps(), *rests);
        let second = rounded(rest);
        let third = _mm512_sub_ps(rest, _mm512_castsi512_ps(second));
        [first, second, _mm512_castps_si512(third)]
    }
}

/// The upper halves of two vectors, those of the first below those of the second.
#[inline(always)]
unsafe fn joined(first: __m512i, second: __m512i) -> __m512i {
    // SAFETY: the machine has AVX-512 with BW, says the caller.
    unsafe { _mm512_mask_blend_epi16(0xAAAA_AAAA, _mm512_srli_epi32::<16>(first), second) }
}

/// Sixteen rows of sixteen, with rows and columns exchanged.
#[inline(always)]
unsafe fn transpose(rows: [__m512; 16]) -> [__m512; 16] {
    // SAFETY: the machine has AVX-512, says the caller.
    unsafe {
        // Within each quarter of the vectors, four by four.
        let mut fours = rows;
        for (four, rows) in fours.chunks_exact_mut(4).zip(rows.chunks_exact(4)) {
            let (low, high) = (_mm512_unpacklo_ps(rows[0], rows[1]), _mm512_unpackhi_ps(rows[0], rows[1]));
            let (low_below, high_below) =
                (_mm512_unpacklo_ps(rows[2], rows[3]), _mm512_unpackhi_ps(rows[2], rows[3]));
            four[0] = _mm512_shuffle_ps::<0x44>(low, low_below);
            four[1] = _mm512_shuffle_ps::<0xEE>(low, low_below);
            four[2] = _mm512_shuffle_ps::<0x44>(high, high_below);
            four[3] = _mm512_shuffle_ps::<0xEE>(high, high_below);
        }
        // And the quarters.
        let mut columns = fours;
        for j in 0..4 {
            let (even, odd) = (_mm512_shuffle_f32x4::<0x88>, _mm512_shuffle_f32x4::<0xDD>);
            let (a, b, c, d) = (fours[j], fours[4 + j], fours[8 + j], fours[12 + j]);
            columns[j] = even(even(a, b), even(c, d));
            columns[4 + j] = even(odd(a, b), odd(c, d));
            columns[8 + j] = odd(even(a, b), even(c, d));
            columns[12 + j] = odd(odd(a, b), odd(c, d));
        }
        columns
    }
}
