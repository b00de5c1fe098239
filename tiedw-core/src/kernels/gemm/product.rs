//! The operands of a matrix product, and how it is split over threads.

use super::mat::{MatMut, MatRef};
use super::plan::{Shape, Split, Strides};
use crate::kernels::threads::run_tasks;

/// A strided matrix: element (i, j) is at `pointer + i * row + j * column`.
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

    #[inline(always)]
    fn strides(self) -> Strides {
        Strides { row: self.row, column: self.column }
    }

    pub(super) fn t(self) -> Self {
        Strided { pointer: self.pointer, row: self.column, column: self.row }
    }

    /// The submatrix that begins at this element.
    ///
    /// # Safety
    /// The element is inside the matrix.
    pub(super) unsafe fn from(self, row: usize, column: usize) -> Self {
        // SAFETY: the caller guarantees that the element is inside the matrix.
        let pointer = unsafe { self.pointer.add(row * self.row + column * self.column) };
        Strided { pointer, ..self }
    }
}

/// C <- alpha A B + beta C.
///
/// * `a`: m by k; `b`: k by n; `c`: m by n, with row stride `c_row` and column stride `c_column`.
///
/// # Safety
/// Whoever computes it guarantees that `a`, `b` and `c` have these sizes, that all elements of `a` and `b` may be read
/// and those of `c` read and written, and that nobody else accesses the elements of `c` meanwhile.
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

/// A product that several threads compute, each a part of it.
struct Whole(Product);

// SAFETY: A and B are only read, and each thread writes a disjoint part of C.
unsafe impl Sync for Whole {}

impl Whole {
    /// A range of columns of the product, or of rows.
    ///
    /// # Safety
    /// The range is inside the product.
    unsafe fn part(&self, by_columns: bool, first: usize, count: usize) -> Product {
        let product = self.0;
        // SAFETY: the caller guarantees that the range is inside the product, so `first` is inside the operands and C.
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
    /// A product of views. Their constructors have checked all that the type requires, provided that the sizes agree.
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

    /// Makes it the transposed product: Cᵀ <- alpha Bᵀ Aᵀ + beta Cᵀ.
    #[inline]
    pub(super) fn transpose(&mut self) {
        let Product { m, n, a, b, c_row, c_column, .. } = *self;
        *self = Product { m: n, n: m, a: b.t(), b: a.t(), c_row: c_column, c_column: c_row, ..*self };
    }

    /// What its plan depends on.
    #[inline(always)]
    pub(super) fn shape(&self) -> Shape {
        let Product { m, k, n, c_row: row, c_column: column, .. } = *self;
        Shape { m, k, n, a: self.a.strides(), b: self.b.strides(), c: Strides { row, column } }
    }

    /// Computes the parts of the product in parallel. `compute` receives a part, and the index of its first column in
    /// the product.
    ///
    /// # Safety
    /// As for the type, if `compute` requires it.
    pub(super) unsafe fn on_threads(&self, split: Split, compute: impl Fn(&Product, usize) + Sync) {
        let Split { tasks, by_columns, step } = split;
        if tasks == 1 {
            return compute(self, 0);
        }
        let size = if by_columns { self.n } else { self.m };
        let whole = Whole(*self);
        run_tasks(tasks, |task| {
            let first = task * step;
            assert!(first < size);
            // SAFETY: the range is inside the product.
            let part = unsafe { whole.part(by_columns, first, step.min(size - first)) };
            compute(&part, if by_columns { first } else { 0 });
        });
    }
}
