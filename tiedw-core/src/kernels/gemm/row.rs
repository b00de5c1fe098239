//! One row by a matrix whose rows lie together in memory: a sum of scaled rows.

use super::register::Register;

/// c <- alpha a B + beta c, for one row `a`, where rows of B and `c` each lie together in memory.
///
/// # Safety
/// Whoever computes it promises that:
/// * `a` may be read at `p * a_step` for each `p` below `depth`;
/// * `b` may be read at `p * b_row` and the `columns` numbers from there;
/// * `c` may be read and written at its first `columns` numbers, and nobody else uses these meanwhile.
pub(super) struct Row {
    pub(super) depth: usize,
    pub(super) columns: usize,
    pub(super) alpha: f32,
    pub(super) a: *const f32,
    pub(super) a_step: usize,
    pub(super) b: *const f32,
    pub(super) b_row: usize,
    pub(super) beta: f32,
    pub(super) c: *mut f32,
}

/// Rows that are added in one pass over `c`.
const TOGETHER: usize = 8;

impl Row {
    /// # Safety
    /// As the type says; and the machine has the instructions of `R`.
    #[inline(always)]
    pub(super) unsafe fn compute<R: Register>(&self) {
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
    /// As [`Row::compute`], and the rows from `first` are there.
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
