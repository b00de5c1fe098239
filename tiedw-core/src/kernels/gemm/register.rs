//! SIMD registers of `f32`, one type per width.

use std::arch::x86_64::*;

use super::plan::{AVX2, AVX512, Registers};
use super::product::Product;
use super::tile::Tile;

/// A SIMD register of `LANES` elements.
///
/// # Safety
/// Each function requires a CPU with the ISA of its type: [`Vectors`](crate::kernels::Vectors) reports which it has.
/// Pointers must be valid for the number of elements that each function documents, and need no alignment.
pub(super) trait Register: Copy {
    const LANES: usize;

    unsafe fn zero() -> Self;
    /// Broadcasts one value to all lanes.
    unsafe fn splat(number: f32) -> Self;
    /// Loads `LANES` elements.
    unsafe fn load(from: *const f32) -> Self;
    /// Loads the first `count` elements; the other lanes are zero.
    unsafe fn load_first(from: *const f32, count: usize) -> Self;
    /// Stores `LANES` elements.
    unsafe fn store(self, to: *mut f32);
    /// Stores the first `count` elements, fewer than `LANES`.
    unsafe fn store_first(self, to: *mut f32, count: usize);
    /// a · b + c, rounded once.
    unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self;
    unsafe fn multiply(self, other: Self) -> Self;
    /// The sum over the lanes.
    unsafe fn sum(self) -> f32;
    /// The horizontal sums of four registers at once, which takes half as long as four calls of `sum`.
    unsafe fn sums(four: [Self; 4]) -> __m128;
}

/// The kernels that are compiled for one ISA.
pub(super) trait Kernels: Register {
    /// What plans depend on.
    const REGISTERS: Registers;
    /// The micro-kernel for a register tile of `rows` rows and `wide` registers.
    ///
    /// There is one for 1, 2, 4 and 6 rows at each width, and for 8 rows at each width below the maximum.
    fn tile(rows: usize, wide: usize) -> unsafe fn(&Tile);
    /// The kernel of dot products of `rows` rows of A and `columns` columns of B at a time.
    fn dots(rows: usize, columns: usize) -> unsafe fn(&Product);
    /// The kernel that sums scaled rows.
    fn rows() -> unsafe fn(&Product);
}

/// Compiles the kernels for one ISA: dot products of these sizes, and tiles of 1, 2, 4 and 6 rows at each of the widths
/// `wide`, and of 8 rows at each but the last.
macro_rules! kernels {
    (
        $register:ty, $registers:expr, $features:literal,
        dots: $(($mr:literal, $nr:literal))*, wide: $($wide:literal)*; $last:literal
    ) => {
        impl Kernels for $register {
            const REGISTERS: Registers = $registers;

            fn tile(rows: usize, wide: usize) -> unsafe fn(&Tile) {
                #[target_feature(enable = $features)]
                unsafe fn compiled<const ROWS: usize, const WIDE: usize>(tile: &Tile) {
                    // SAFETY: the contract is that of the callee, and its ISA is enabled here.
                    unsafe { tile.compute::<$register, ROWS, WIDE>() }
                }
                match (rows, wide) {
                    $((1, $wide) => compiled::<1, $wide>,
                    (2, $wide) => compiled::<2, $wide>,
                    (4, $wide) => compiled::<4, $wide>,
                    (6, $wide) => compiled::<6, $wide>,
                    (8, $wide) => compiled::<8, $wide>,)*
                    (1, $last) => compiled::<1, $last>,
                    (2, $last) => compiled::<2, $last>,
                    (4, $last) => compiled::<4, $last>,
                    (6, $last) => compiled::<6, $last>,
                    _ => unreachable!("no tile has {rows} rows and {wide} registers"),
                }
            }

            fn dots(rows: usize, columns: usize) -> unsafe fn(&Product) {
                #[target_feature(enable = $features)]
                unsafe fn compiled<const ROWS: usize, const COLUMNS: usize>(product: &Product) {
                    // SAFETY: the contract is that of the callee, and its ISA is enabled here.
                    unsafe { product.dots::<$register, ROWS, COLUMNS>() }
                }
                match (rows, columns) {
                    $(($mr, $nr) => compiled::<$mr, $nr>,)*
                    _ => unreachable!("no dot products of {rows} rows and {columns} columns"),
                }
            }

            fn rows() -> unsafe fn(&Product) {
                #[target_feature(enable = $features)]
                unsafe fn compiled(product: &Product) {
                    // SAFETY: the contract is that of the callee, and its ISA is enabled here.
                    unsafe { product.rows::<$register>() }
                }
                compiled
            }
        }
    };
}
kernels!(__m256, AVX2, "avx2,fma", dots: (1, 8) (3, 4), wide: 1; 2);
kernels!(
    __m512, AVX512, "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma", dots: (1, 8) (4, 4), wide: 1 2 3; 4
);

impl Register for __m512 {
    const LANES: usize = 16;

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: the caller guarantees the ISA and valid pointers, as for each function of this impl.
        unsafe { _mm512_setzero_ps() }
    }
    #[inline(always)]
    unsafe fn splat(number: f32) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_set1_ps(number) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: see above; lanes that the mask leaves out are not read.
        unsafe { _mm512_maskz_loadu_ps(mask(count), from) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: see above.
        unsafe { _mm512_storeu_ps(to, self) }
    }
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: see above; lanes that the mask leaves out are not written.
        unsafe { _mm512_mask_storeu_ps(to, mask(count), self) }
    }
    #[inline(always)]
    unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    unsafe fn multiply(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_mul_ps(self, other) }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: see above.
        unsafe { _mm512_reduce_add_ps(self) }
    }
    #[inline(always)]
    unsafe fn sums([a, b, c, d]: [Self; 4]) -> __m128 {
        /// Lanes 2 and 3 of every four.
        const SECOND_HALVES: u16 = 0b1100_1100_1100_1100;
        // SAFETY: see above.
        unsafe {
            // a₀+a₂ a₁+a₃ b₀+b₂ b₁+b₃ in every four lanes; likewise c and d.
            let ab = _mm512_add_ps(
                _mm512_mask_blend_ps(SECOND_HALVES, a, b),
                _mm512_shuffle_ps::<0b01_00_11_10>(a, b),
            );
            let cd = _mm512_add_ps(
                _mm512_mask_blend_ps(SECOND_HALVES, c, d),
                _mm512_shuffle_ps::<0b01_00_11_10>(c, d),
            );
            let even = _mm512_shuffle_ps::<0b10_00_10_00>(ab, cd);
            let odd = _mm512_shuffle_ps::<0b11_01_11_01>(ab, cd);
            let half = halves(_mm512_add_ps(even, odd));
            _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps::<1>(half))
        }
    }
}

/// The sum of the lower and the upper half.
///
/// # Safety
/// The CPU has AVX-512.
#[inline(always)]
unsafe fn halves(register: __m512) -> __m256 {
    // SAFETY: the caller guarantees AVX-512, which includes these instructions.
    unsafe { _mm256_add_ps(_mm512_castps512_ps256(register), _mm512_extractf32x8_ps::<1>(register)) }
}

/// A mask of the first `count` of sixteen lanes.
#[inline(always)]
fn mask(count: usize) -> u16 {
    ((1_u32 << count) - 1) as u16
}

impl Register for __m256 {
    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: the caller guarantees the ISA and valid pointers, as for each function of this impl.
        unsafe { _mm256_setzero_ps() }
    }
    #[inline(always)]
    unsafe fn splat(number: f32) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_set1_ps(number) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: see above; lanes that the mask leaves out are not read.
        unsafe { _mm256_maskload_ps(from, half_mask(count)) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: see above.
        unsafe { _mm256_storeu_ps(to, self) }
    }
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: see above; the stores together write `count` elements. A masked store is slower.
        unsafe {
            let (mut rest, mut to) = (_mm256_castps256_ps128(self), to);
            if count & 4 != 0 {
                _mm_storeu_ps(to, rest);
                (rest, to) = (_mm256_extractf128_ps::<1>(self), to.add(4));
            }
            rest.store_first(to, count % 4);
        }
    }
    #[inline(always)]
    unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    unsafe fn multiply(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_mul_ps(self, other) }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: see above.
        unsafe {
            let half = _mm_add_ps(_mm256_castps256_ps128(self), _mm256_extractf128_ps::<1>(self));
            let quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
            _mm_cvtss_f32(_mm_add_ss(quarter, _mm_shuffle_ps::<1>(quarter, quarter)))
        }
    }
    #[inline(always)]
    unsafe fn sums([a, b, c, d]: [Self; 4]) -> __m128 {
        // SAFETY: see above.
        unsafe {
            let both = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
            _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps::<1>(both))
        }
    }
}

impl Register for __m128 {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: the caller guarantees valid pointers, as for each function of this impl.
        unsafe { _mm_setzero_ps() }
    }
    #[inline(always)]
    unsafe fn splat(number: f32) -> Self {
        // SAFETY: see above.
        unsafe { _mm_set1_ps(number) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: see above.
        unsafe { _mm_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: see above; each load reads exactly `count` elements.
        unsafe {
            match count {
                1 => _mm_load_ss(from),
                2 => _mm_castpd_ps(_mm_load_sd(from.cast())),
                3 => _mm_movelh_ps(_mm_castpd_ps(_mm_load_sd(from.cast())), _mm_load_ss(from.add(2))),
                _ => _mm_loadu_ps(from),
            }
        }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: see above.
        unsafe { _mm_storeu_ps(to, self) }
    }
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: see above; the stores together write `count` elements.
        unsafe {
            let (mut rest, mut to) = (self, to);
            if count & 2 != 0 {
                _mm_storel_pd(to.cast(), _mm_castps_pd(rest));
                (rest, to) = (_mm_movehl_ps(rest, rest), to.add(2));
            }
            if count & 1 != 0 {
                _mm_store_ss(to, rest);
            }
        }
    }
    #[inline(always)]
    unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm_add_ps(_mm_mul_ps(a, b), c) }
    }
    #[inline(always)]
    unsafe fn multiply(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm_mul_ps(self, other) }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: see above.
        unsafe {
            let half = _mm_add_ps(self, _mm_movehl_ps(self, self));
            _mm_cvtss_f32(_mm_add_ss(half, _mm_shuffle_ps::<1>(half, half)))
        }
    }
    #[inline(always)]
    unsafe fn sums([a, b, c, d]: [Self; 4]) -> __m128 {
        // SAFETY: see above.
        unsafe {
            let (ab_low, ab_high) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
            let (cd_low, cd_high) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
            let (ab, cd) = (_mm_add_ps(ab_low, ab_high), _mm_add_ps(cd_low, cd_high));
            _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab))
        }
    }
}

/// A mask with all bits set in the first `count` of eight lanes.
#[inline(always)]
fn half_mask(count: usize) -> __m256i {
    const BITS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    debug_assert!(count <= 8);
    // SAFETY: reads eight of the sixteen elements, starting at 8 - count, which is at most 8.
    unsafe { _mm256_loadu_si256(BITS.as_ptr().add(8 - count).cast()) }
}
