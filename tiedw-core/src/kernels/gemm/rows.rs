//! C <- alpha A B + beta C as sums of scaled rows of B, for a row-major B and few rows of A.

use super::plan::stores_lines;
use super::product::Product;
use super::register::Register;

/// Rows of B that are added in one pass over a row of C.
const TOGETHER: usize = 16;

impl Product {
    /// Computes the product row by row.
    ///
    /// # Safety
    /// As for [`Product`]; rows of B and of C are contiguous, and the CPU has the ISA of `R`.
    #[inline(always)]
    pub(super) unsafe fn rows<R: Register>(&self) {
        if self.beta == 0.0 && stores_lines(self.k, self.n, R::LANES) {
            assert!(self.k == 1 && self.n >= R::LANES);
            // SAFETY: the caller upholds the contract; depth, `beta` and the number of columns were just checked.
            return unsafe { self.write_rows::<R>() };
        }
        for i in 0..self.m {
            // SAFETY: the caller upholds the contract; `i` is below m.
            unsafe {
                let (a, c) = (self.a.from(i, 0), self.c.add(i * self.c_row));
                Product { m: 1, a, c, ..*self }.first_row::<R>();
            }
        }
    }

    /// Writes multiples of one row with cache-line-aligned stores; the elements at both ends of a row may be written
    /// twice.
    ///
    /// # Safety
    /// As [`Product::rows`]; k is 1, `beta` is 0, and there are at least as many columns as a register has lanes.
    #[inline(always)]
    unsafe fn write_rows<R: Register>(&self) {
        for i in 0..self.m {
            // SAFETY: the caller upholds the contract; each register ends at or before the end of its row.
            unsafe {
                let factor = R::splat(self.alpha * *self.a.pointer.add(i * self.a.row));
                let c = self.c.add(i * self.c_row);
                let write = |j: usize| factor.multiply(R::load(self.b.pointer.add(j))).store(c.add(j));
                write(0);
                let mut j = c.align_offset(R::LANES * size_of::<f32>());
                while j + R::LANES <= self.n {
                    write(j);
                    j += R::LANES;
                }
                write(self.n - R::LANES);
            }
        }
    }

    /// # Safety
    /// As [`Product::rows`], with at least one row.
    #[inline(always)]
    unsafe fn first_row<R: Register>(&self) {
        let whole = self.k - self.k % TOGETHER;
        for p in (0..whole).step_by(TOGETHER) {
            let beta = if p == 0 { self.beta } else { 1.0 };
            // SAFETY: the caller upholds the contract; these rows of B are below k.
            unsafe { self.add_rows::<R, TOGETHER>(p, beta) };
        }
        for p in whole..self.k {
            let beta = if p == 0 { self.beta } else { 1.0 };
            // SAFETY: as above.
            unsafe { self.add_rows::<R, 1>(p, beta) };
        }
    }

    /// # Safety
    /// As [`Product::rows`], and rows `first..first + ROWS` of B exist.
    #[inline(always)]
    unsafe fn add_rows<R: Register, const ROWS: usize>(&self, first: usize, beta: f32) {
        // SAFETY: all reads and writes are of elements that [`Product`] lists.
        unsafe {
            let mut factors = [R::zero(); ROWS];
            for (i, factor) in factors.iter_mut().enumerate() {
                *factor = R::splat(self.alpha * *self.a.pointer.add((first + i) * self.a.column));
            }
            let b = self.b.pointer.add(first * self.b.row);
            for j in (0..self.n).step_by(R::LANES) {
                let count = R::LANES.min(self.n - j);
                let c = self.c.add(j);
                if count == R::LANES {
                    let mut sum = if beta == 0.0 { R::zero() } else { R::splat(beta).multiply(R::load(c)) };
                    for (i, &factor) in factors.iter().enumerate() {
                        sum = R::multiply_add(factor, R::load(b.add(i * self.b.row + j)), sum);
                    }
                    sum.store(c);
                } else {
                    let mut sum = if beta == 0.0 {
                        R::zero()
                    } else {
                        R::splat(beta).multiply(R::load_first(c, count))
                    };
                    for (i, &factor) in factors.iter().enumerate() {
                        sum = R::multiply_add(factor, R::load_first(b.add(i * self.b.row + j), count), sum);
                    }
                    sum.store_first(c, count);
                }
            }
        }
    }
}
