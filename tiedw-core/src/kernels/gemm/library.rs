//! Products by the library `matrixmultiply`.

use super::mat::{MatMut, MatRef};

macro_rules! by_library {
    ($name:ident, $float:ident, $routine:path) => {
        /// C <- alpha A B + beta C, where the sizes agree.
        pub(super) fn $name(
            alpha: $float,
            a: MatRef<'_, $float>,
            b: MatRef<'_, $float>,
            beta: $float,
            c: MatMut<'_, $float>,
        ) {
            assert!(a.columns == b.rows && a.rows == c.rows && b.columns == c.columns);
            // SAFETY: each operand's constructor checked that every index below (rows, columns) lies
            // inside its slice, and the line above that the three agree on those sizes. The cells of `c`
            // may be written through, and no `&[E]` can overlap them, so `a` and `b` lie elsewhere; the
            // routine returns before anybody else can look at a cell. The constructor of `c` checked that
            // no two of its elements share memory. Slices are never longer than `isize::MAX` bytes, so that strides,
            // which lie inside them wherever they are used, fit into `isize`.
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
