//! Few rows by a matrix whose columns lie together in memory: dot products.

use std::arch::x86_64::*;

use super::mat::{MatMut, MatRef};
use super::product::{FETCHED, LEAST};
use super::register::{Kernels, Register};
use crate::parallel::{pieces_of, run};

/// C <- alpha A B + beta C, where rows of A and columns of B each lie together in memory.
///
/// # Safety
/// Whoever computes it promises that:
/// * `a` may be read at `i * a_row` and the `depth` numbers from there, for each row `i` below `rows`;
/// * `b` may be read at `j * b_column` and the `depth` numbers from there, for each column `j` below `columns`;
/// * `c` may be read and written at `i * c_row + j * c_column`, and nobody else uses these meanwhile.
#[derive(Clone, Copy)]
pub(super) struct Dots {
    rows: usize,
    depth: usize,
    columns: usize,
    alpha: f32,
    a: *const f32,
    a_row: usize,
    b: *const f32,
    b_column: usize,
    beta: f32,
    c: *mut f32,
    c_row: usize,
    c_column: usize,
}

/// Dot products that several threads compute, each some columns.
struct Whole(Dots);

// SAFETY: A and B are only read, and each thread writes other columns of C.
unsafe impl Sync for Whole {}

impl Whole {
    /// # Safety
    /// So many columns are there.
    unsafe fn part(&self, first: usize, columns: usize) -> Dots {
        let whole = self.0;
        // SAFETY: the caller's.
        let (b, c) = unsafe { (whole.b.add(first * whole.b_column), whole.c.add(first * whole.c_column)) };
        Dots { columns, b, c, ..whole }
    }
}

impl Dots {
    /// alpha A B + beta C of operands whose constructors have checked all that the type asks for, if their sizes agree and
    /// rows of A and columns of B each lie together.
    #[inline(always)]
    pub(super) fn new(
        alpha: f32,
        a: MatRef<'_, f32>,
        b: MatRef<'_, f32>,
        beta: f32,
        c: MatMut<'_, f32>,
    ) -> Self {
        Dots {
            rows: a.rows,
            depth: a.columns,
            columns: b.columns,
            alpha,
            a: a.data.as_ptr(),
            a_row: a.row_stride,
            b: b.data.as_ptr(),
            b_column: b.column_stride,
            beta,
            c: c.data.as_ptr().cast::<f32>().cast_mut(),
            c_row: c.row_stride,
            c_column: c.column_stride,
        }
    }

    /// # Safety
    /// As the type says; and the machine has the instructions of `R`.
    pub(super) unsafe fn on_threads<R: Kernels>(&self) {
        /// Columns that are multiplied together stay together, or their sums would be rounded otherwise.
        const TOGETHER: usize = 8;
        let pieces = pieces_of(self.rows.max(FETCHED) * self.depth * self.columns, LEAST);
        if pieces == 1 {
            // SAFETY: the caller's.
            return unsafe { R::dots(self.rows)(self) };
        }
        let step = self.columns.div_ceil(pieces).next_multiple_of(TOGETHER);
        let (whole, compute) = (Whole(*self), R::dots(self.rows));
        run(self.columns.div_ceil(step), |piece| {
            let first = piece * step;
            // SAFETY: the caller's; the pieces are apart, and none is empty.
            unsafe { compute(&whole.part(first, step.min(whole.0.columns - first))) };
        });
    }

    /// Computes `ROWS` rows and `COLUMNS` columns together, all rows with some columns before the next, while these are
    /// near.
    ///
    /// # Safety
    /// As the type says; and the machine has the instructions of `R`.
    #[inline(always)]
    pub(super) unsafe fn compute<R: Register, const ROWS: usize, const COLUMNS: usize>(&self) {
        let mut next = 0;
        // SAFETY: the caller's; these columns are below `columns`.
        unsafe {
            while next + COLUMNS <= self.columns {
                self.all_rows::<R, ROWS, COLUMNS>(next);
                next += COLUMNS;
            }
            while next < self.columns {
                self.all_rows::<R, ROWS, 1>(next);
                next += 1;
            }
        }
    }

    /// # Safety
    /// As [`Dots::compute`], and the columns from `column` are there.
    #[inline(always)]
    unsafe fn all_rows<R: Register, const ROWS: usize, const COLUMNS: usize>(&self, column: usize) {
        let mut next = 0;
        while next < self.rows {
            let left = self.rows - next;
            // One row alone takes almost as long as two: rather one less now.
            let height = if ROWS > 2 && left > ROWS && left % ROWS == 1 { ROWS - 1 } else { ROWS.min(left) };
            // SAFETY: the caller's; these rows are below `rows`.
            unsafe {
                match height {
                    4 => self.block::<R, 4, COLUMNS>(next, column),
                    3 => self.block::<R, 3, COLUMNS>(next, column),
                    2 => self.block::<R, 2, COLUMNS>(next, column),
                    _ => self.block::<R, 1, COLUMNS>(next, column),
                }
            }
            next += height;
        }
    }

    /// # Safety
    /// As [`Dots::compute`], and the rows and columns from these on are there.
    #[inline(always)]
    unsafe fn block<R: Register, const ROWS: usize, const COLUMNS: usize>(&self, row: usize, column: usize) {
        // SAFETY: the reads and writes are those that the type lists.
        unsafe {
            let mut sums = [[R::zero(); COLUMNS]; ROWS];
            let (a, b) = (self.a.add(row * self.a_row), self.b.add(column * self.b_column));
            let whole = self.depth - self.depth % R::LANES;
            for p in (0..whole).step_by(R::LANES) {
                let mut rows = [R::zero(); ROWS];
                for (i, row) in rows.iter_mut().enumerate() {
                    *row = R::load(a.add(i * self.a_row + p));
                }
                for j in 0..COLUMNS {
                    let column = R::load(b.add(j * self.b_column + p));
                    for (sums, &row) in sums.iter_mut().zip(&rows) {
                        sums[j] = R::multiply_add(row, column, sums[j]);
                    }
                }
            }
            let rest = self.depth - whole;
            if rest > 0 {
                for j in 0..COLUMNS {
                    let column = R::load_first(b.add(j * self.b_column + whole), rest);
                    for (i, sums) in sums.iter_mut().enumerate() {
                        let row = R::load_first(a.add(i * self.a_row + whole), rest);
                        sums[j] = R::multiply_add(row, column, sums[j]);
                    }
                }
            }
            for (i, sums) in sums.iter().enumerate() {
                let fours = COLUMNS / 4;
                for at in 0..fours {
                    let four = [sums[4 * at], sums[4 * at + 1], sums[4 * at + 2], sums[4 * at + 3]];
                    self.write_four(row + i, column + 4 * at, R::sums(four));
                }
                for (j, sum) in sums.iter().enumerate().skip(4 * fours) {
                    self.write(row + i, column + j, sum.sum());
                }
            }
        }
    }

    /// # Safety
    /// As the type says.
    #[inline(always)]
    unsafe fn write_four(&self, i: usize, j: usize, sums: __m128) {
        // SAFETY: the caller's; the columns from `j` are together, or written one by one.
        unsafe {
            if self.c_column == 1 {
                let c = self.c.add(i * self.c_row + j);
                let mut sums = _mm_mul_ps(sums, _mm_set1_ps(self.alpha));
                if self.beta != 0.0 {
                    sums = _mm_add_ps(sums, _mm_mul_ps(_mm_set1_ps(self.beta), _mm_loadu_ps(c)));
                }
                _mm_storeu_ps(c, sums);
            } else {
                let mut numbers = [0.0; 4];
                _mm_storeu_ps(numbers.as_mut_ptr(), sums);
                for (at, sum) in numbers.into_iter().enumerate() {
                    self.write(i, j + at, sum);
                }
            }
        }
    }

    /// # Safety
    /// As the type says.
    #[inline(always)]
    unsafe fn write(&self, i: usize, j: usize, sum: f32) {
        // SAFETY: the caller's.
        let c = unsafe { &mut *self.c.add(i * self.c_row + j * self.c_column) };
        let sum = self.alpha * sum;
        *c = if self.beta == 0.0 { sum } else { sum + self.beta * *c };
    }
}
