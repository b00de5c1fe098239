//! How operands are prepared for tiles: each number as three bf16, in the order in which tiles read them.
//!
//! Tiles multiply pairs of bf16 of one row by pairs of one column. A pair is of the depths p and p + 16, so that two
//! vectors make a row of a tile without being shuffled.

use std::arch::x86_64::*;

use super::super::product::Strided;
use super::{SIDE, STEP};

/// Lines of a tile.
const LINES: usize = 16;
/// Numbers of a line, which are pairs of bf16.
const LINE: usize = 16;
/// Numbers of a tile.
const TILE: usize = LINES * LINE;
/// So many lines are packed at a time.
const GROUP: usize = 4;
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

/// Packs `count` rows, or columns, of this depth, and zeros beyond: step after step, the first tile of each part, then the
/// second. Of tiles, line follows line, with all parts of one together: memory beyond the first cache takes what is written
/// in order twice as fast. Returns whether all numbers are finite; what is packed is of use only then.
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
            // SAFETY: the caller's.
            finite &= unsafe {
                let to = to.add(PARTS * (2 * step + half) * TILE);
                if block.is_whole() {
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
    #[inline(always)]
    fn is_whole(self) -> bool {
        self.count >= SIDE / 2 && self.depth >= STEP
    }

    /// # Safety
    /// As [`steps`].
    #[inline(always)]
    unsafe fn pack<const ALONG: bool, const TRANSPOSED: bool>(self, to: *mut f32) -> bool {
        // SAFETY: the caller's; the lines of the tiles of all parts are stored to. Memory behind them is only asked for.
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

    /// The vectors from number `at` on of one half of the depth.
    ///
    /// # Safety
    /// As [`steps`].
    #[inline(always)]
    unsafe fn vectors<const ALONG: bool>(self, half: usize, at: usize) -> [__m512; GROUP] {
        // SAFETY: the caller's; what lies beyond the block is not read.
        unsafe {
            let mut vectors = [_mm512_setzero_ps(); GROUP];
            for (i, vector) in vectors.iter_mut().enumerate() {
                let (start, lanes) = self.vector::<ALONG>(half, at + i);
                *vector = _mm512_maskz_loadu_ps(mask(lanes), start);
            }
            vectors
        }
    }

    /// What all vectors of one half of the depth have in their lanes from `at` on.
    ///
    /// # Safety
    /// As [`steps`].
    #[inline(always)]
    unsafe fn transposed<const ALONG: bool>(self, half: usize, at: usize) -> [__m512; GROUP] {
        // SAFETY: the caller's; what lies beyond the block is not read.
        unsafe {
            // The lanes of every fourth vector, side by side.
            let mut fourths = [_mm512_setzero_ps(); GROUP];
            for (i, fourth) in fourths.iter_mut().enumerate() {
                let mut lanes_of = [_mm_setzero_ps(); GROUP];
                for (j, lanes_of) in lanes_of.iter_mut().enumerate() {
                    let (start, lanes) = self.vector::<ALONG>(half, GROUP * j + i);
                    // That no lane is missing from a whole block, the compiler does not see by itself.
                    let lanes = if self.is_whole() { GROUP } else { lanes.saturating_sub(at) };
                    *lanes_of = _mm_maskz_loadu_ps(mask(lanes) as __mmask8, start.wrapping_add(at));
                }
                *fourth = _mm512_castps128_ps512(lanes_of[0]);
                *fourth = _mm512_insertf32x4::<1>(*fourth, lanes_of[1]);
                *fourth = _mm512_insertf32x4::<2>(*fourth, lanes_of[2]);
                *fourth = _mm512_insertf32x4::<3>(*fourth, lanes_of[3]);
            }
            // Four by four, within each quarter of the vectors.
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

    /// Where vector `i` of one half of the depth begins, and how many of its lanes lie in the block.
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

/// A mask of the first lanes.
#[inline(always)]
fn mask(lanes: usize) -> __mmask16 {
    if lanes < 16 { (1 << lanes) - 1 } else { __mmask16::MAX }
}

/// Three vectors of bf16, each in the upper halves of its lanes, whose sum is exact: what the last one has in the lower
/// halves counts for nothing. Where a number is infinite or NaN, `rests` becomes NaN.
///
/// The first is rounded, so that what is left has either sign; the second may then be cut off and errors still cancel.
#[inline(always)]
unsafe fn parts(numbers: __m512, rests: &mut __m512) -> [__m512i; PARTS] {
    // SAFETY: the machine has AVX-512, says the caller.
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

/// The upper halves of two vectors, those of the first below those of the second.
#[inline(always)]
unsafe fn joined(first: __m512i, second: __m512i) -> __m512i {
    // SAFETY: the machine has AVX-512 with BW, says the caller.
    unsafe { _mm512_mask_blend_epi16(0xAAAA_AAAA, _mm512_srli_epi32::<16>(first), second) }
}
