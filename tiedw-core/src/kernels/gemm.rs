//! C <- alpha A B + beta C.

use std::cell::Cell;

use crate::Element;

/// A matrix in borrowed memory: `data[row * row_stride + column * column_stride]`.
#[derive(Clone, Copy, Debug)]
pub struct MatRef<'a, E> {
    pub(super) data: &'a [E],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

/// A matrix in borrowed memory that a kernel writes.
#[derive(Clone, Copy)]
pub struct MatMut<'a, E> {
    pub(super) data: &'a [Cell<E>],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

/// How many elements a matrix of this layout reaches into its memory.
fn reach(rows: usize, columns: usize, row_stride: usize, column_stride: usize) -> usize {
    if rows == 0 || columns == 0 {
        return 0;
    }
    let last_row = (rows - 1).checked_mul(row_stride);
    let last_column = (columns - 1).checked_mul(column_stride);
    last_row
        .zip(last_column)
        .and_then(|(row, column)| row.checked_add(column)?.checked_add(1))
        .expect("the strides of a matrix overflow")
}

impl<'a, E> MatRef<'a, E> {
    /// A row-major matrix.
    ///
    /// # Panics
    /// Where `data` is not `rows * columns` long.
    #[inline]
    pub fn new(data: &'a [E], rows: usize, columns: usize) -> Self {
        Self::with_strides(data, rows, columns, columns, 1)
    }

    /// A matrix of any layout.
    ///
    /// # Panics
    /// Where an index would lie outside `data`.
    #[inline]
    pub fn with_strides(
        data: &'a [E],
        rows: usize,
        columns: usize,
        row_stride: usize,
        column_stride: usize,
    ) -> Self {
        assert!(reach(rows, columns, row_stride, column_stride) <= data.len());
        MatRef { data, rows, columns, row_stride, column_stride }
    }

    /// The transposed matrix, in the same memory.
    #[inline]
    pub fn t(self) -> Self {
        MatRef {
            data: self.data,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}

impl<'a, E> MatMut<'a, E> {
    /// A row-major matrix.
    ///
    /// # Panics
    /// Where `data` is not `rows * columns` long.
    #[inline]
    pub fn new(data: &'a mut [E], rows: usize, columns: usize) -> Self {
        Self::with_strides(Cell::from_mut(data).as_slice_of_cells(), rows, columns, columns, 1)
    }

    /// A matrix of any layout in which no two indices meet.
    ///
    /// # Panics
    /// Where an index would lie outside `data`, or two would meet.
    #[inline]
    pub fn with_strides(
        data: &'a [Cell<E>],
        rows: usize,
        columns: usize,
        row_stride: usize,
        column_stride: usize,
    ) -> Self {
        assert!(reach(rows, columns, row_stride, column_stride) <= data.len());
        let apart = |stride: usize, other_stride: usize, other_count: usize| {
            other_stride >= 1 && stride >= other_stride.saturating_mul(other_count)
        };
        assert!(
            rows <= 1
                || columns <= 1
                || apart(row_stride, column_stride, columns)
                || apart(column_stride, row_stride, rows),
            "two elements of a mutable matrix share memory"
        );
        assert!(rows <= 1 || row_stride >= 1);
        assert!(columns <= 1 || column_stride >= 1);
        MatMut { data, rows, columns, row_stride, column_stride }
    }
}

/// The routines behind [`gemm`] for one element type.
pub trait Gemm: Sized {
    /// The library's product.
    #[doc(hidden)]
    fn blocked(alpha: Self, a: MatRef<'_, Self>, b: MatRef<'_, Self>, beta: Self, c: MatMut<'_, Self>);
}

macro_rules! blocked {
    ($float:ident, $routine:path) => {
        impl Gemm for $float {
            #[inline]
            fn blocked(
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
        }
    };
}
blocked!(f32, matrixmultiply::sgemm);
blocked!(f64, matrixmultiply::dgemm);

/// Products with fewer multiplications than this are not worth packing.
const SMALL: usize = 2048;

/// C <- alpha A B + beta C; where beta is 0, C is not read.
///
/// * `a`: m by k; `b`: k by n; `c`: m by n, each of any layout.
///
/// # Panics
/// Where the sizes disagree.
#[inline]
pub fn gemm<E: Element>(alpha: E, a: MatRef<'_, E>, b: MatRef<'_, E>, beta: E, c: MatMut<'_, E>) {
    assert!(
        a.columns == b.rows && a.rows == c.rows && b.columns == c.columns,
        "a matrix product of {}x{} and {}x{} into {}x{}",
        a.rows,
        a.columns,
        b.rows,
        b.columns,
        c.rows,
        c.columns
    );
    if a.rows * a.columns * b.columns < SMALL {
        small(alpha, a, b, beta, c);
    } else {
        E::blocked(alpha, a, b, beta, c);
    }
}

/// The product as dot products, or as sums of scaled rows where those lie together in memory.
#[inline]
fn small<E: Element>(alpha: E, a: MatRef<'_, E>, b: MatRef<'_, E>, beta: E, c: MatMut<'_, E>) {
    for i in 0..c.rows {
        let row = i * c.row_stride;
        if b.column_stride == 1 && c.column_stride == 1 && b.columns > 0 {
            let row = &c.data[row..row + b.columns];
            scale(row, beta);
            for p in 0..a.columns {
                let factor = alpha * a.data[i * a.row_stride + p * a.column_stride];
                let other = &b.data[p * b.row_stride..p * b.row_stride + b.columns];
                for (c, &b) in row.iter().zip(other) {
                    c.set(c.get() + factor * b);
                }
            }
            continue;
        }
        for j in 0..c.columns {
            let mut sum = E::ZERO;
            for p in 0..a.columns {
                sum += a.data[i * a.row_stride + p * a.column_stride]
                    * b.data[p * b.row_stride + j * b.column_stride];
            }
            let c = &c.data[row + j * c.column_stride];
            c.set(if beta == E::ZERO { alpha * sum } else { alpha * sum + beta * c.get() });
        }
    }
}

#[inline]
fn scale<E: Element>(row: &[Cell<E>], beta: E) {
    if beta == E::ONE {
        return;
    }
    for c in row {
        c.set(if beta == E::ZERO { E::ZERO } else { beta * c.get() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(i: usize) -> f64 {
        ((i * 37 % 101) as f64 - 50.0) / 25.0
    }

    /// A matrix of the given layout, with NaN between its elements.
    fn filled(rows: usize, columns: usize, strides: (usize, usize), seed: usize) -> Vec<f64> {
        let mut data = vec![f64::NAN; reach(rows, columns, strides.0, strides.1)];
        for i in 0..rows {
            for j in 0..columns {
                data[i * strides.0 + j * strides.1] = value(seed + i * columns + j);
            }
        }
        data
    }

    #[test]
    fn agrees_with_the_naive_loop() {
        let sizes = [1, 2, 3, 5, 8, 13, 17, 33];
        for m in sizes {
            for k in sizes {
                for n in sizes {
                    for transposed in 0..8 {
                        for beta in [0.0, 1.0, -0.5] {
                            check(m, k, n, transposed, beta);
                        }
                    }
                }
            }
        }
        check(65, 127, 30, 0, 0.5);
        check(130, 64, 70, 3, 1.0);
    }

    fn check(m: usize, k: usize, n: usize, transposed: usize, beta: f64) {
        let strides = |bit: usize, rows: usize, columns: usize| {
            if transposed & bit != 0 { (1, rows + 1) } else { (columns + 2, 1) }
        };
        let (sa, sb, sc) = (strides(1, m, k), strides(2, k, n), strides(4, m, n));
        let (a, b) = (filled(m, k, sa, 0), filled(k, n, sb, 7));
        let mut c = filled(m, n, sc, 3);
        if beta == 0.0 {
            c.fill(f64::NAN);
        }
        let before = c.clone();
        gemm(
            0.75,
            MatRef::with_strides(&a, m, k, sa.0, sa.1),
            MatRef::with_strides(&b, k, n, sb.0, sb.1),
            beta,
            MatMut::with_strides(Cell::from_mut(&mut *c).as_slice_of_cells(), m, n, sc.0, sc.1),
        );
        for i in 0..m {
            for j in 0..n {
                let sum: f64 = (0..k).map(|p| a[i * sa.0 + p * sa.1] * b[p * sb.0 + j * sb.1]).sum();
                let at = i * sc.0 + j * sc.1;
                let expected = 0.75 * sum + if beta == 0.0 { 0.0 } else { beta * before[at] };
                let found = c[at];
                assert!(
                    (found - expected).abs() < 1e-12 * (1.0 + expected.abs()),
                    "{m}x{k}x{n}, layout {transposed}, beta {beta}: ({i}, {j}) is {found}, not {expected}"
                );
            }
        }
    }

    #[test]
    #[should_panic(expected = "2x3 and 4x5 into 2x5")]
    fn sizes_must_agree() {
        gemm(
            1.0,
            MatRef::new(&[0.0; 6], 2, 3),
            MatRef::new(&[0.0; 20], 4, 5),
            0.0,
            MatMut::new(&mut [0.0; 10], 2, 5),
        );
    }

    #[test]
    #[should_panic(expected = "share memory")]
    fn elements_of_a_mutable_matrix_are_apart() {
        MatMut::with_strides(&[const { Cell::new(0.0) }; 9], 3, 3, 2, 1);
    }
}
