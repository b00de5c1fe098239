//! Packing for AMX tiles: each element is split into three bf16 parts, in the order in which tiles read them.
//!
//! Tiles multiply pairs of bf16 of one row by pairs of one column. A pair holds the depths p and p + 16, so that two
//! vectors form a row of a tile without shuffles.

use std::arch::x86_64::*;

use super::super::product::Strided;
use super::{SIDE, STEP};

/// Rows of a tile.
const LINES: usize = 16;
/// Elements in a row of a tile; each is a pair of bf16.
const LINE: usize = 16;
/// Elements of a tile.
const TILE: usize = LINES * LINE;
/// Rows that are packed at a time.
const GROUP: usize = 4;
/// The bf16 parts that an element is split into.
const PARTS: usize = 3;

/// Which operand a strip belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Rows of A: a row of a tile has pairs of one row.
    Rows,
    /// Columns of B: a row of a tile has one pair of each column.
    Columns,
}

/// The packed size of a strip of this depth, in elements.
pub(super) fn packed_len(depth: usize) -> usize {
    PARTS * 2 * TILE * depth.div_ceil(STEP)
}

/// Packs `count` rows or columns of this depth, zero-padded. Each step holds the first tile of all parts, then the
/// second. Within these, the rows of a tile are interleaved: each row of all parts, then the next row. Such sequential
/// writes are twice as fast beyond L1. Returns whether all values are finite; the packed strip may be used only then.
///
/// # Safety
/// `from` is `count` by `depth`, with contiguous rows or columns; `to` has room for [`packed_len`] elements; the CPU
/// has AVX-512.
pub(super) unsafe fn pack(form: Form, from: Strided, count: usize, depth: usize, to: *mut f32) -> bool {
    // SAFETY: the caller upholds the contract; the contiguous direction is chosen by `from.column`.
    unsafe {
        match (form, from.column == 1) {
            (Form::Rows, true) => steps::<true, false>(from, count, depth, to),
            (Form::Columns, true) => steps::<true, true>(from, count, depth, to),
            (Form::Rows, false) => steps::<false, true>(from, count, depth, to),
            (Form::Columns, false) => steps::<false, false>(from, count, depth, to),
        }
    }
}

/// [`pack`] for vectors that run along the depth (`ALONG`) or across it; `TRANSPOSED` if each tile has to be
/// transposed.
///
/// # Safety
/// As [`pack`]; `from.column` is 1 if `ALONG`, and else `from.row` is 1.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
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
            // SAFETY: the caller guarantees room for all steps and halves, of which this is one.
            finite &= unsafe {
                let to = to.add(PARTS * (2 * step + half) * TILE);
                if block.is_whole() {
                    // With constant sizes the compiler drops the masks.
                    Block { count: SIDE / 2, depth: STEP, ..block }.pack::<ALONG, TRANSPOSED>(to)
                } else {
                    block.pack::<ALONG, TRANSPOSED>(to)
                }
            };
        }
    }
    finite
}

/// The source of one tile of each part: up to 16 rows or columns, up to 32 deep.
#[derive(Clone, Copy)]
struct Block {
    from: *const f32,
    /// The stride from vector to vector.
    stride: usize,
    count: usize,
    depth: usize,
}

impl Block {
    #[inline(always)]
    fn is_whole(self) -> bool {
        self.count >= SIDE / 2 && self.depth >= STEP
    }

    /// # Safety
    /// As [`steps`], with room at `to` for one tile of each part.
    #[inline(always)]
    unsafe fn pack<const ALONG: bool, const TRANSPOSED: bool>(self, to: *mut f32) -> bool {
        // SAFETY: the caller guarantees room for the tiles that are stored. A prefetch beyond them accesses no memory.
        unsafe {
            let mut rests = [_mm512_setzero_ps(); 2];
            for group in (0..LINES).step_by(GROUP) {
                let [firsts, seconds] = if TRANSPOSED {
                    [self.transposed::<ALONG>(0, group), self.transposed::<ALONG>(1, group)]
                } else {
                    [self.vectors::<ALONG>(0, group), self.vectors::<ALONG>(1, group)]
                };
                let to = to.add(PARTS * LINE * group);
                for i in 0..GROUP {
                    let (first, second) = (parts(firsts[i], &mut rests[0]), parts(seconds[i], &mut rests[1]));
                    for part in 0..PARTS {
                        let line = to.add(LINE * (PARTS * i + part));
                        _mm_prefetch::<_MM_HINT_ET0>(line.wrapping_add(TILE).cast());
                        _mm512_storeu_si512(line.cast(), joined(first[part], second[part]));
                    }
                }
            }
            _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(rests[0], rests[1]) == 0
        }
    }

    /// Loads `GROUP` vectors from vector `at` on, of one half of the depth.
    ///
    /// # Safety
    /// As [`steps`].
    #[inline(always)]
    unsafe fn vectors<const ALONG: bool>(self, half: usize, at: usize) -> [__m512; GROUP] {
        // SAFETY: the caller guarantees the block; masks leave out what is beyond it.
        unsafe {
            let mut vectors = [_mm512_setzero_ps(); GROUP];
            for (i, vector) in vectors.iter_mut().enumerate() {
                let (start, lanes) = self.vector::<ALONG>(half, at + i);
                *vector = _mm512_maskz_loadu_ps(mask(lanes), start);
            }
            vectors
        }
    }

    /// Loads lanes `at..at + GROUP` of all vectors of one half of the depth, transposed.
    ///
    /// # Safety
    /// As [`steps`].
    #[inline(always)]
    unsafe fn transposed<const ALONG: bool>(self, half: usize, at: usize) -> [__m512; GROUP] {
        // SAFETY: the caller guarantees the block; masks leave out what is beyond it.
        unsafe {
            // These lanes of every fourth vector, concatenated.
            let mut fourths = [_mm512_setzero_ps(); GROUP];
            for (i, fourth) in fourths.iter_mut().enumerate() {
                let mut lanes_of = [_mm_setzero_ps(); GROUP];
                for (j, lanes_of) in lanes_of.iter_mut().enumerate() {
                    let (start, lanes) = self.vector::<ALONG>(half, GROUP * j + i);
                    // A whole block has all lanes, which the compiler does not deduce.
                    let lanes = if self.is_whole() { GROUP } else { lanes.saturating_sub(at) };
                    *lanes_of = _mm_maskz_loadu_ps(mask(lanes) as __mmask8, start.wrapping_add(at));
                }
                *fourth = _mm512_castps128_ps512(lanes_of[0]);
                *fourth = _mm512_insertf32x4::<1>(*fourth, lanes_of[1]);
                *fourth = _mm512_insertf32x4::<2>(*fourth, lanes_of[2]);
                *fourth = _mm512_insertf32x4::<3>(*fourth, lanes_of[3]);
            }
            // Transposes 4 by 4 within each quarter of the vectors.
            let [first, second, third, fourth] = fourths;
            let (low, high) = (_mm512_unpacklo_ps(first, second), _mm512_unpackhi_ps(first, second));
            let (low_below, high_below) =
                (_mm512_unpacklo_ps(third, fourth), _mm512_unpackhi_ps(third, fourth));
            [
                _mm512_shuffle_ps::<0x44>(low, low_below),
                _mm512_shuffle_ps::<0xEE>(low, low_below),
                _mm512_shuffle_ps::<0x44>(high, high_below),
                _mm512_shuffle_ps::<0xEE>(high, high_below),
            ]
        }
    }

    /// The start of vector `i` of one half of the depth, and how many of its lanes are inside the block.
    #[inline(always)]
    fn vector<const ALONG: bool>(self, half: usize, i: usize) -> (*const f32, usize) {
        let deep = LINE * half;
        let (at, lanes) = if ALONG {
            (i * self.stride + deep, if i < self.count { self.depth.saturating_sub(deep) } else { 0 })
        } else {
            ((deep + i) * self.stride, if deep + i < self.depth { self.count } else { 0 })
        };
        (self.from.wrapping_add(at), lanes)
    }
}

/// A mask of the first `lanes` lanes.
#[inline(always)]
fn mask(lanes: usize) -> __mmask16 {
    if lanes < 16 { (1 << lanes) - 1 } else { __mmask16::MAX }
}

/// Splits each lane into three bf16, each in the upper half of its lane, whose sum is exact; the lower half of the last
/// one is ignored. `rests` becomes NaN if a value is infinite or NaN.
///
/// The first part is rounded, so that the remainder has either sign; the second may then be truncated, and errors still
/// cancel.
#[inline(always)]
unsafe fn parts(numbers: __m512, rests: &mut __m512) -> [__m512i; PARTS] {
    // SAFETY: the caller guarantees AVX-512.
    unsafe {
        let upper = _mm512_set1_epi32(-1 << 16);
        let up = _mm512_add_epi32(_mm512_castps_si512(numbers), _mm512_set1_epi32(1 << 15));
        let first = _mm512_and_si512(up, upper);
        let rest = _mm512_sub_ps(numbers, _mm512_castsi512_ps(first));
        *rests = _mm512_fmadd_ps(rest, _mm512_setzero_ps(), *rests);
        let second = _mm512_and_si512(_mm512_castps_si512(rest), upper);
        let third = _mm512_sub_ps(rest, _mm512_castsi512_ps(second));
        [first, second, _mm512_castps_si512(third)]
    }
}

/// Joins the upper halves of two vectors: those of the first become the lower halves, those of the second stay.
#[inline(always)]
unsafe fn joined(first: __m512i, second: __m512i) -> __m512i {
    // SAFETY: the caller guarantees AVX-512 with BW.
    unsafe { _mm512_mask_blend_epi16(0xAAAA_AAAA, _mm512_srli_epi32::<16>(first), second) }
}
