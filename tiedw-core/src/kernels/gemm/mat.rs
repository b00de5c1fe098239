//! Strided matrix views, the operands of kernels.

use std::cell::Cell;
use std::ops::Range;

/// A strided view of a matrix: element (row, column) is `data[row * row_stride + column * column_stride]`.
///
/// ```
/// use tiedw_core::kernels::{MatMut, MatRef, gemm};
///
/// // The second column of a matrix of three.
/// let numbers = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let column = MatRef::with_strides(&numbers[1..], 2, 1, 3, 1);
/// let mut square = [0.0];
/// gemm(1.0, column.t(), column, 0.0, MatMut::new(&mut square, 1, 1));
/// assert_eq!(square, [2.0 * 2.0 + 5.0 * 5.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MatRef<'a, E> {
    pub(in crate::kernels) data: &'a [E],
    pub(in crate::kernels) rows: usize,
    pub(in crate::kernels) columns: usize,
    pub(in crate::kernels) row_stride: usize,
    pub(in crate::kernels) column_stride: usize,
}

/// A mutable strided view of a matrix.
///
/// ```
/// use tiedw_core::kernels::{MatMut, MatRef, gemm};
///
/// let (identity, numbers, mut transposed) = ([1.0, 0.0, 0.0, 1.0], [1.0, 2.0, 3.0, 4.0], [0.0; 4]);
/// let target = MatMut::new(&mut transposed, 2, 2).t();
/// gemm(1.0, MatRef::new(&identity, 2, 2), MatRef::new(&numbers, 2, 2), 0.0, target);
/// assert_eq!(transposed, [1.0, 3.0, 2.0, 4.0]);
/// ```
#[derive(Clone, Copy)]
pub struct MatMut<'a, E> {
    pub(in crate::kernels) data: &'a [Cell<E>],
    pub(in crate::kernels) rows: usize,
    pub(in crate::kernels) columns: usize,
    pub(in crate::kernels) row_stride: usize,
    pub(in crate::kernels) column_stride: usize,
}

/// The number of elements from the first to the last of a matrix with these strides, both included; 0 if it is empty.
pub(super) fn reach(rows: usize, columns: usize, row_stride: usize, column_stride: usize) -> usize {
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

/// # Panics
/// If the length of a row-major matrix is not `rows * columns`.
#[inline]
fn check_length(length: usize, rows: usize, columns: usize) {
    assert!(rows.checked_mul(columns) == Some(length), "a {rows}x{columns} matrix of {length} elements");
}

impl<'a, E> MatRef<'a, E> {
    /// A row-major matrix.
    ///
    /// # Panics
    /// If the length of `data` is not `rows * columns`.
    #[inline]
    pub fn new(data: &'a [E], rows: usize, columns: usize) -> Self {
        check_length(data.len(), rows, columns);
        MatRef { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// A matrix of any strides.
    ///
    /// # Panics
    /// If an index would be out of bounds of `data`.
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

    /// The elements, if they are row-major without gaps between rows.
    #[inline]
    pub(in crate::kernels) fn contiguous(self) -> Option<&'a [E]> {
        let lie_so = self.row_stride == self.columns && self.column_stride == 1;
        if lie_so { self.data.get(..self.rows * self.columns) } else { None }
    }

    /// The rows of an `R` by `C` matrix as arrays, if it is row-major without gaps between rows.
    #[inline]
    pub(in crate::kernels) fn row_arrays<const R: usize, const C: usize>(self) -> Option<&'a [[E; C]]> {
        let lie_so = C > 0 && self.row_stride == C && self.column_stride == 1;
        if lie_so { self.data.as_chunks().0.get(..R) } else { None }
    }

    /// The numbers of rows and columns.
    #[inline]
    pub(in crate::kernels) fn sizes(self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// These columns.
    pub(super) fn columns(self, range: Range<usize>) -> Self {
        assert!(range.start < range.end && range.end <= self.columns);
        let data = self.data.get(range.start * self.column_stride..).unwrap_or(&[]);
        Self::with_strides(data, self.rows, range.len(), self.row_stride, self.column_stride)
    }

    /// The transposed view of the same memory.
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
    /// If the length of `data` is not `rows * columns`.
    #[inline]
    pub fn new(data: &'a mut [E], rows: usize, columns: usize) -> Self {
        Self::of_cells(Cell::from_mut(data).as_slice_of_cells(), rows, columns)
    }

    /// As [`new`](MatMut::new), in memory that others may write too.
    #[inline]
    pub(crate) fn of_cells(data: &'a [Cell<E>], rows: usize, columns: usize) -> Self {
        check_length(data.len(), rows, columns);
        MatMut { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// A matrix of any strides that map no two indices to the same element.
    ///
    /// # Panics
    /// If an index would be out of bounds of `data`, or if two indices may share an element.
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

    /// The numbers of rows and columns.
    #[inline]
    pub(in crate::kernels) fn sizes(&self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// As [`MatRef::contiguous`].
    #[inline]
    pub(in crate::kernels) fn contiguous(&self) -> Option<&'a [Cell<E>]> {
        let lie_so = self.row_stride == self.columns && self.column_stride == 1;
        if lie_so { self.data.get(..self.rows * self.columns) } else { None }
    }

    /// As [`MatRef::row_arrays`].
    #[inline]
    pub(in crate::kernels) fn row_arrays<const R: usize, const C: usize>(self) -> Option<&'a [[Cell<E>; C]]> {
        let lie_so = C > 0 && self.row_stride == C && self.column_stride == 1;
        if lie_so { self.data.as_chunks().0.get(..R) } else { None }
    }

    /// The transposed view of the same memory.
    #[inline]
    pub fn t(self) -> Self {
        MatMut {
            data: self.data,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}
