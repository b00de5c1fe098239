//! C <- alpha A B + beta C by dot products, for few rows of A and a column-major B.

use std::arch::x86_64::*;

use super::plan::dots_height;
use super::product::Product;
use super::register::Register;

impl Product {
    /// Computes blocks of `ROWS` by `COLUMNS`: for each group of columns all rows, while the columns are in cache.
    ///
    /// # Safety
    /// As for [`Product`]; rows of A and columns of B are contiguous, and the CPU has the ISA of `R`.
    #[inline(always)]
    pub(super) unsafe fn dots<R: Register, const ROWS: usize, const COLUMNS: usize>(&self) {
        let mut next = 0;
        // SAFETY: the caller upholds the contract; these columns are below n.
        unsafe {
            while next + COLUMNS <= self.n {
                self.all_rows::<R, ROWS, COLUMNS>(next);
                next += COLUMNS;
            }
            while next < self.n {
                self.all_rows::<R, ROWS, 1>(next);
                next += 1;
            }
        }
    }

    /// # Safety
    /// As [`Product::dots`], and columns `column..column + COLUMNS` exist.
    #[inline(always)]
    unsafe fn all_rows<R: Register, const ROWS: usize, const COLUMNS: usize>(&self, column: usize) {
        let mut next = 0;
        while next < self.m {
            let height = dots_height(self.m - next, ROWS);
            // SAFETY: the caller upholds the contract; these rows are below m.
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
    /// As [`Product::dots`], and the block of `ROWS` by `COLUMNS` from (`row`, `column`) is inside C.
    #[inline(always)]
    unsafe fn block<R: Register, const ROWS: usize, const COLUMNS: usize>(&self, row: usize, column: usize) {
        // SAFETY: all reads and writes are of elements that [`Product`] lists.
        unsafe {
            let mut sums = [[R::zero(); COLUMNS]; ROWS];
            let (a, b) = (self.a.pointer.add(row * self.a.row), self.b.pointer.add(column * self.b.column));
            let whole = self.k - self.k % R::LANES;
            for p in (0..whole).step_by(R::LANES) {
                let mut rows = [R::zero(); ROWS];
                for (i, row) in rows.iter_mut().enumerate() {
                    *row = R::load(a.add(i * self.a.row + p));
                }
                for j in 0..COLUMNS {
                    let column = R::load(b.add(j * self.b.column + p));
                    for (sums, &row) in sums.iter_mut().zip(&rows) {
                        sums[j] = R::multiply_add(row, column, sums[j]);
                    }
                }
            }
            let rest = self.k - whole;
            if rest > 0 {
                for j in 0..COLUMNS {
                    let column = R::load_first(b.add(j * self.b.column + whole), rest);
                    for (i, sums) in sums.iter_mut().enumerate() {
                        let row = R::load_first(a.add(i * self.a.row + whole), rest);
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
    /// As for [`Product`]; elements (i, j) to (i, j + 3) are inside C.
    #[inline(always)]
    unsafe fn write_four(&self, i: usize, j: usize, sums: __m128) {
        // SAFETY: the caller upholds the contract; the four columns are either adjacent, or written one by one.
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
    /// As for [`Product`]; element (i, j) is inside C.
    #[inline(always)]
    unsafe fn write(&self, i: usize, j: usize, sum: f32) {
        // SAFETY: the caller guarantees that the element is inside C, and that nobody else accesses it.
        let c = unsafe { &mut *self.c.add(i * self.c_row + j * self.c_column) };
        let sum = self.alpha * sum;
        *c = if self.beta == 0.0 { sum } else { sum + self.beta * *c };
    }
}
