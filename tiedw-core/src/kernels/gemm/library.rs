//! Products by the crate `matrixmultiply`.

use super::mat::{MatMut, MatRef};

macro_rules! by_library {
    ($name:ident, $float:ident, $routine:path) => {
        /// C <- alpha A B + beta C. The sizes must agree.
        pub(super) fn $name(
            alpha: $float,
            a: MatRef<'_, $float>,
            b: MatRef<'_, $float>,
            beta: $float,
            c: MatMut<'_, $float>,
        ) {
            assert!(a.columns == b.rows && a.rows == c.rows && b.columns == c.columns);
            // SAFETY: the constructor of each operand checked that every index (row, column) within its sizes is in
            // bounds of its slice, and the assertion above that the three sizes agree. `c` may be written through its
            // cells, and no `&[E]` can overlap them, so `a` and `b` are disjoint from `c`; the routine returns before
            // anybody else can access a cell. The constructor of `c` checked that no two of its elements share memory.
            // Slices are at most `isize::MAX` bytes long, so strides, which stay inside them wherever they are used,
            // fit into `isize`.
            unsafe {
                $routine(
                    a.rows,
                    a.columns,
                    b.columns,
                    alpha,
                    a.data.as_ptr(),
                    a.row_stride as isize,
                    a.column_stride as isize,
                    b.data.as_ptr(),
                    b.row_stride as isize,
                    b.column_stride as isize,
                    beta,
                    c.data.as_ptr().cast::<$float>().cast_mut(),
                    c.row_stride as isize,
                    c.column_stride as isize,
                );
            }
        }
    };
}
by_library!(sgemm, f32, matrixmultiply::sgemm);
by_library!(dgemm, f64, matrixmultiply::dgemm);
