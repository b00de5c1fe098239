//! Rows by a matrix whose rows lie together in memory, so few that each is a sum of scaled rows on its own.

use super::product::{FETCHED, LEAST};
use super::register::{Kernels, Register};
use crate::parallel::{pieces_of, run};

/// C <- alpha A B + beta C, a row after the other, where rows of B and of C each lie together in memory.
///
/// # Safety
/// Whoever computes it promises that:
/// * `a` may be read at `i * a_row + p * a_step` for each row `i` and each `p` below `depth`;
/// * `b` may be read at `p * b_row` and the `columns` numbers from there;
/// * `c` may be read and written at `i * c_row` and the `columns` numbers from there, and nobody else uses these
///   meanwhile.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) rows: usize,
    pub(super) depth: usize,
    pub(super) columns: usize,
    pub(super) alpha: f32,
    pub(super) a: *const f32,
    pub(super) a_row: usize,
    pub(super) a_step: usize,
    pub(super) b: *const f32,
    pub(super) b_row: usize,
    pub(super) beta: f32,
    pub(super) c: *mut f32,
    pub(super) c_row: usize,
}

/// Rows that are added in one pass over `c`.
const TOGETHER: usize = 8;

/// Rows that several threads compute, each a part of them.
struct Whole(Rows);

// SAFETY: A and B are only read, and each thread writes another part of C.
unsafe impl Sync for Whole {}

impl Whole {
    /// Some of the rows, or some columns of the only one.
    ///
    /// # Safety
    /// They are there.
    unsafe fn part(&self, first: usize, count: usize) -> Rows {
        let rows = self.0;
        // SAFETY: the caller's.
        unsafe {
            if rows.rows > 1 {
                let (a, c) = (rows.a.add(first * rows.a_row), rows.c.add(first * rows.c_row));
                Rows { rows: count, a, c, ..rows }
            } else {
                Rows { columns: count, b: rows.b.add(first), c: rows.c.add(first), ..rows }
            }
        }
    }
}

impl Rows {
    /// # Safety
    /// As the type says; and the machine has the instructions of `R`.
    pub(super) unsafe fn on_threads<R: Kernels>(&self) {
        let pieces = pieces_of(FETCHED * self.rows * self.depth * self.columns, LEAST);
        if pieces == 1 {
            // SAFETY: the caller's.
            return unsafe { R::rows()(self) };
        }
        let (size, multiple) = if self.rows > 1 { (self.rows, 1) } else { (self.columns, R::LANES) };
        let step = size.div_ceil(pieces).next_multiple_of(multiple);
        let (whole, compute) = (Whole(*self), R::rows());
        run(size.div_ceil(step), |piece| {
            let first = piece * step;
            // SAFETY: the caller's; the pieces are apart, and none is empty.
            unsafe { compute(&whole.part(first, step.min(size - first))) };
        });
    }

    /// # Safety
    /// As the type says; and the machine has the instructions of `R`.
    #[inline(always)]
    pub(super) unsafe fn compute<R: Register>(&self) {
        if self.depth == 1 && self.beta == 0.0 && self.columns >= 4 * R::LANES {
            // SAFETY: the caller's.
            return unsafe { self.write::<R>() };
        }
        for i in 0..self.rows {
            // SAFETY: the caller's; the row is one of those.
            unsafe {
                let (a, c) = (self.a.add(i * self.a_row), self.c.add(i * self.c_row));
                Rows { rows: 1, a, c, ..*self }.compute_first::<R>();
            }
        }
    }

    /// Writes multiples of one row: to whole lines of the cache, and at both ends of each row twice.
    ///
    /// # Safety
    /// As [`Rows::compute`]; the depth is 1, `beta` is 0, and there are as many columns as a register has lanes.
    #[inline(always)]
    unsafe fn write<R: Register>(&self) {
        for i in 0..self.rows {
            // SAFETY: the caller's; each place is at least a register before the end of its row.
            unsafe {
                let factor = R::splat(self.alpha * *self.a.add(i * self.a_row));
                let c = self.c.add(i * self.c_row);
                let write = |j: usize| factor.multiply(R::load(self.b.add(j))).store(c.add(j));
                write(0);
                let mut j = c.align_offset(R::LANES * size_of::<f32>());
                while j + R::LANES <= self.columns {
                    write(j);
                    j += R::LANES;
                }
                write(self.columns - R::LANES);
            }
        }
    }

    /// # Safety
    /// As [`Rows::compute`], and there is a row.
    #[inline(always)]
    unsafe fn compute_first<R: Register>(&self) {
        let whole = self.depth - self.depth % TOGETHER;
        for p in (0..whole).step_by(TOGETHER) {
            let beta = if p == 0 { self.beta } else { 1.0 };
            // SAFETY: the caller's; these rows are below `depth`.
            unsafe { self.add::<R, TOGETHER>(p, beta) };
        }
        for p in whole..self.depth {
            let beta = if p == 0 { self.beta } else { 1.0 };
            // SAFETY: as above.
            unsafe { self.add::<R, 1>(p, beta) };
        }
    }

    /// # Safety
    /// As [`Rows::compute`], and the rows from `first` are there.
    #[inline(always)]
    unsafe fn add<R: Register, const ROWS: usize>(&self, first: usize, beta: f32) {
        // SAFETY: the reads and writes are those that the type lists.
        unsafe {
            let mut factors = [R::zero(); ROWS];
            for (i, factor) in factors.iter_mut().enumerate() {
                *factor = R::splat(self.alpha * *self.a.add((first + i) * self.a_step));
            }
            let b = self.b.add(first * self.b_row);
            for j in (0..self.columns).step_by(R::LANES) {
                let count = R::LANES.min(self.columns - j);
                let c = self.c.add(j);
                if count == R::LANES {
                    let mut sum = if beta == 0.0 { R::zero() } else { R::splat(beta).multiply(R::load(c)) };
                    for (i, &factor) in factors.iter().enumerate() {
                        sum = R::multiply_add(factor, R::load(b.add(i * self.b_row + j)), sum);
                    }
                    sum.store(c);
                } else {
                    let mut sum = if beta == 0.0 {
                        R::zero()
                    } else {
                        R::splat(beta).multiply(R::load_first(c, count))
                    };
                    for (i, &factor) in factors.iter().enumerate() {
                        sum = R::multiply_add(factor, R::load_first(b.add(i * self.b_row + j), count), sum);
                    }
                    sum.store_first(c, count);
                }
            }
        }
    }
}
