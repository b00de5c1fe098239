//! The micro-kernel: a tile of C that stays in registers.

use std::arch::asm;
use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

use super::register::Register;

/// C <- alpha A B + beta C for a register tile of C. The tile is whole registers wide, except for the last one, of
/// which only the first `last` lanes are stored.
///
/// # Safety
/// Whoever computes a tile of `ROWS` rows and `WIDE` registers guarantees that:
/// * `a` may be read at `i * a_row + p * a_step` for each row `i` and each `p` below `depth`;
/// * `b` may be read at `p * b_step` and the `WIDE * LANES` elements from there, for each `p` below `depth`;
/// * `c` may be read and written at `i * c_row` and the `(WIDE - 1) * LANES + last` elements from there, and nobody
///   else accesses these meanwhile; `last` is from 1 to `LANES`.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    pub(super) depth: usize,
    pub(super) alpha: f32,
    pub(super) a: *const f32,
    pub(super) a_row: usize,
    pub(super) a_step: usize,
    pub(super) b: *const f32,
    pub(super) b_step: usize,
    pub(super) beta: f32,
    pub(super) c: *mut f32,
    pub(super) c_row: usize,
    pub(super) last: usize,
    /// Whether the tile of C, which may be far away, is prefetched: it arrives while the tile is computed.
    pub(super) prefetches_c: bool,
}

impl Tile {
    /// # Safety
    /// As for the type; and the CPU has the ISA of `R`.
    #[inline(always)]
    pub(super) unsafe fn compute<R: Register, const ROWS: usize, const WIDE: usize>(&self) {
        // SAFETY: all reads and writes are of elements that the type lists; a prefetch accesses no memory.
        unsafe {
            if self.prefetches_c {
                for i in 0..ROWS {
                    for v in 0..WIDE {
                        let line = self.c.add(i * self.c_row + v * R::LANES);
                        _mm_prefetch::<_MM_HINT_T0>(line.cast_const().cast());
                    }
                }
            }
            let mut sums = [[R::zero(); WIDE]; ROWS];
            let mut b = self.b;
            // One pointer for every three rows: an addressing mode scales the stride by 1 or 2 at no cost.
            let row = |i| unrelated(self.a.wrapping_add(i * self.a_row));
            let mut a = [row(0), row(3), row(6)];
            for _ in 0..self.depth {
                let mut columns = [R::zero(); WIDE];
                for (v, column) in columns.iter_mut().enumerate() {
                    *column = R::load(b.add(v * R::LANES));
                }
                for (i, sums) in sums.iter_mut().enumerate() {
                    let factor = R::splat(*a[i / 3].add(i % 3 * self.a_row));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = R::multiply_add(factor, column, *sum);
                    }
                }
                for a in &mut a {
                    *a = a.wrapping_add(self.a_step);
                }
                b = b.wrapping_add(self.b_step);
            }
            for (i, sums) in sums.iter().enumerate() {
                let row = self.c.add(i * self.c_row);
                for (v, sum) in sums.iter().enumerate() {
                    let count = if v + 1 < WIDE { R::LANES } else { self.last };
                    put(*sum, self.alpha, self.beta, row.add(v * R::LANES), count);
                }
            }
        }
    }
}

/// C <- alpha times the sums + beta C, for at most one register of C; if `beta` is 0, C is not read.
///
/// # Safety
/// The first `count` elements at `c` may be written, and read if `beta` is not 0; `count` is from 1 to `LANES`; and the
/// CPU has the ISA of `R`.
#[inline(always)]
pub(super) unsafe fn put<R: Register>(mut sums: R, alpha: f32, beta: f32, c: *mut f32, count: usize) {
    // SAFETY: the caller guarantees `count` elements at `c`; a whole register is only accessed if it has as many lanes.
    unsafe {
        let whole = count == R::LANES;
        if alpha != 1.0 {
            sums = sums.multiply(R::splat(alpha));
        }
        if beta != 0.0 {
            let before = if whole { R::load(c) } else { R::load_first(c, count) };
            sums = R::multiply_add(R::splat(beta), before, sums);
        }
        if whole { sums.store(c) } else { sums.store_first(c, count) }
    }
}

/// Hides from the compiler how a pointer was computed. This breaks the address dependency chain between the rows of a
/// tile: the compiler would otherwise compute each row's address from the one before, and that chain takes as long as
/// the tile.
#[inline(always)]
fn unrelated(mut pointer: *const f32) -> *const f32 {
    // SAFETY: the assembly contains no instruction, only a comment.
    unsafe { asm!("/* {0} */", inout(reg) pointer, options(pure, readonly, nostack, preserves_flags)) };
    pointer
}
