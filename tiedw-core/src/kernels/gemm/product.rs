//! The operands of a product, and how threads share it.

use super::mat::{MatMut, MatRef};
use crate::parallel::{pieces_of, run};

/// A matrix in memory: `pointer[row * rows + column * columns]`.
#[derive(Clone, Copy)]
pub(super) struct Strided {
    pub(super) pointer: *const f32,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl Strided {
    pub(super) fn of(mat: MatRef<'_, f32>) -> Self {
        Strided { pointer: mat.data.as_ptr(), row: mat.row_stride, column: mat.column_stride }
    }

    /// Whether its rows or its columns lie together in memory.
    pub(super) fn is_dense(self) -> bool {
        self.row == 1 || self.column == 1
    }

    pub(super) fn t(self) -> Self {
        Strided { pointer: self.pointer, row: self.column, column: self.row }
    }

    /// The matrix from this place on.
    ///
    /// # Safety
    /// The place lies in the matrix.
    pub(super) unsafe fn from(self, row: usize, column: usize) -> Self {
        // SAFETY: the caller's.
        let pointer = unsafe { self.pointer.add(row * self.row + column * self.column) };
        Strided { pointer, ..self }
    }
}

/// C <- alpha A B + beta C.
///
/// # Safety
/// Whoever computes it promises that `a` is m by k, `b` k by n, and `c` m by n with `c_row` from row to row and `c_column`
/// from column to column, all in memory that may be used so, and that nobody else uses the elements of `c` meanwhile.
#[derive(Clone, Copy)]
pub(super) struct Product {
    pub(super) m: usize,
    pub(super) k: usize,
    pub(super) n: usize,
    pub(super) alpha: f32,
    pub(super) a: Strided,
    pub(super) b: Strided,
    pub(super) beta: f32,
    pub(super) c: *mut f32,
    pub(super) c_row: usize,
    pub(super) c_column: usize,
}

/// Fewer multiplications than this are not worth another thread.
pub(super) const LEAST: usize = 1 << 20;
/// A number that is read or written for one multiplication takes as long as so many that are multiplied.
pub(super) const FETCHED: usize = 6;

/// A product that several threads compute, each a part of it.
struct Whole(Product);

// SAFETY: A and B are only read, and each thread writes another part of C.
unsafe impl Sync for Whole {}

impl Whole {
    /// Some columns of the product, or some rows.
    ///
    /// # Safety
    /// The product has them.
    unsafe fn part(&self, by_columns: bool, first: usize, count: usize) -> Product {
        let product = self.0;
        // SAFETY: the caller's.
        unsafe {
            if by_columns {
                let (b, c) = (product.b.from(0, first), product.c.add(first * product.c_column));
                Product { n: count, b, c, ..product }
            } else {
                let (a, c) = (product.a.from(first, 0), product.c.add(first * product.c_row));
                Product { m: count, a, c, ..product }
            }
        }
    }
}

impl Product {
    /// Of operands whose constructors have checked all that the type asks for, if their sizes agree.
    #[inline(always)]
    pub(super) fn new(
        alpha: f32,
        a: MatRef<'_, f32>,
        b: MatRef<'_, f32>,
        beta: f32,
        c: MatMut<'_, f32>,
    ) -> Self {
        Product {
            m: a.rows,
            k: a.columns,
            n: b.columns,
            alpha,
            a: Strided::of(a),
            b: Strided::of(b),
            beta,
            c: c.data.as_ptr().cast::<f32>().cast_mut(),
            c_row: c.row_stride,
            c_column: c.column_stride,
        }
    }

    /// The transposed product: Cᵀ <- alpha Bᵀ Aᵀ + beta Cᵀ.
    pub(super) fn t(self) -> Self {
        let Product { m, n, a, b, c_row, c_column, .. } = self;
        Product { m: n, n: m, a: b.t(), b: a.t(), c_row: c_column, c_column: c_row, ..self }
    }

    /// Has the product computed by parts, each of a multiple of so many columns or rows, on as many threads as `work` is
    /// worth, which is counted in multiplications. `compute` is told a part, and with which column of the product it begins.
    ///
    /// # Safety
    /// As the type says, if `compute` asks for it.
    pub(super) unsafe fn on_threads(
        &self,
        work: usize,
        by_columns: bool,
        multiple: usize,
        compute: impl Fn(Product, usize) + Sync,
    ) {
        let pieces = pieces_of(work, LEAST);
        if pieces == 1 {
            return compute(*self, 0);
        }
        let size = if by_columns { self.n } else { self.m };
        let step = size.div_ceil(pieces).next_multiple_of(multiple);
        let whole = Whole(*self);
        run(size.div_ceil(step), |piece| {
            let first = piece * step;
            // SAFETY: the pieces lie in the product.
            let part = unsafe { whole.part(by_columns, first, step.min(size - first)) };
            compute(part, if by_columns { first } else { 0 });
        });
    }
}
