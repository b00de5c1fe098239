use std::cell::Cell;
use std::ops::{Deref, Index, IndexMut};

use crate::kernels::{MatMut, MatRef, Shared, transposed};
use crate::module::{Gradient, Misfit, Module, Resizable, Role, Weight};
use crate::param::{Store, parameter};
use crate::pooled_vec::PooledVec;
use crate::size::{are_fixed, size};
use crate::{Axes, DYN, Element, Tensor};

/// A weight matrix with `R` rows and `C` columns, row-major: `[out, in]`.
///
/// ```
/// use tiedw_core::Matrix;
///
/// let mut weight = Matrix::<2, 3>::from_vec(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// weight[(1, 0)] = 40.0;
/// assert_eq!(weight.as_slice(), [1.0, 2.0, 3.0, 40.0, 5.0, 6.0]);
/// ```
#[derive(Clone, PartialEq)]
pub struct Matrix<const R: usize, const C: usize, E: Element = f32> {
    data: Store<E>,
}

parameter! {
    Matrix [R, C]: [R, C];
    axes 2;
    view MatrixView {
        rows: |owner| owner.rows() as u32,
        columns: |owner| owner.columns() as u32,
        is_transposed: |_owner| false
    };
    count match R.checked_mul(C) {
        Some(count) => count,
        None => panic!("a {R}x{C} matrix has more elements than memory can have"),
    };
    called format_args!("a {R}x{C} matrix");
    found |data| sizes::<R, C, E>(data);
}

impl<const R: usize, const C: usize, E: Element> Matrix<R, C, E> {
    /// Creates a matrix of this shape from row-major elements.
    pub(crate) fn from_pooled_vec(shape: [usize; 2], data: PooledVec<E>) -> Self {
        debug_assert_eq!(data.len(), Self::count_of(shape));
        Self::of_shape(shape, data.into())
    }

    /// Creates a matrix of this shape, whose elements are `number(row, column)`.
    #[track_caller]
    pub(crate) fn of_shape_fn(shape: [usize; 2], mut number: impl FnMut(usize, usize) -> E) -> Self {
        let (count, columns) = (Self::count_of(shape), shape[1]);
        Self::of_shape(shape, (0..count).map(|at| number(at / columns, at % columns)).collect())
    }

    /// Creates a matrix whose elements are `number(row, column)`.
    ///
    /// ```
    /// # use tiedw_core::Matrix;
    /// let identity = Matrix::<2, 2>::from_fn(|row, column| if row == column { 1.0 } else { 0.0 });
    /// assert_eq!(identity.into_vec(), [1.0, 0.0, 0.0, 1.0]);
    /// ```
    #[track_caller]
    pub fn from_fn(mut number: impl FnMut(usize, usize) -> E) -> Self {
        const {
            assert!(
                are_fixed([R, C]),
                "`from_fn` of a matrix whose type does not say all sizes: write `from_shape_vec` and the shape"
            );
        }
        Matrix { data: (0..Self::fixed_count()).map(|at| number(at / C, at % C)).collect() }
    }

    /// Returns the number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        sizes::<R, C, E>(&self.data)[0]
    }

    /// Returns the number of columns.
    #[inline]
    pub fn columns(&self) -> usize {
        sizes::<R, C, E>(&self.data)[1]
    }
}

/// The sizes of a matrix with these elements.
#[inline]
fn sizes<const R: usize, const C: usize, E: Element>(data: &Store<E>) -> [usize; 2] {
    let columns = if C == DYN { data.last() } else { C };
    [if R == DYN { data.count().checked_div(columns).unwrap_or(0) } else { R }, columns]
}

impl<const R: usize, const C: usize, E: Element> Index<(usize, usize)> for Matrix<R, C, E> {
    type Output = E;

    #[track_caller]
    fn index(&self, at: (usize, usize)) -> &E {
        &self.data[offset(at, [self.rows(), self.columns()], [self.columns(), 1])]
    }
}

impl<const R: usize, const C: usize, E: Element> IndexMut<(usize, usize)> for Matrix<R, C, E> {
    #[track_caller]
    fn index_mut(&mut self, at: (usize, usize)) -> &mut E {
        let (rows, columns) = (self.rows(), self.columns());
        &mut self.data[offset(at, [rows, columns], [columns, 1])]
    }
}

#[inline]
#[track_caller]
fn offset(
    (row, column): (usize, usize),
    [rows, columns]: [usize; 2],
    [row_stride, column_stride]: [usize; 2],
) -> usize {
    assert!(row < rows && column < columns, "index ({row}, {column}) is outside a {rows}x{columns} matrix");
    row * row_stride + column * column_stride
}

/// A borrowed [`Matrix`], possibly transposed.
///
/// ```
/// use tiedw_core::{Matrix, Module};
///
/// let weight = Matrix::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// let view = weight.view();
/// assert_eq!((view.t().rows(), view.t().columns()), (3, 2));
/// assert_eq!(view.t()[(2, 0)], 3.0);
/// // Both views use the same memory.
/// assert!(std::ptr::eq(view.t().storage(), weight.as_slice()));
///
/// let mut gradient = weight.zeros_like();
/// gradient.view_mut().t().add((2, 0), 1.0);
/// assert_eq!(gradient[(0, 2)], 1.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MatrixView<'a, const R: usize, const C: usize, E: Element = f32, Use: Role = Weight> {
    data: Use::Slice<'a, E>,
    // The sizes are kept, since they would take a division. Where the type says them, they are not read.
    rows: u32,
    columns: u32,
    is_transposed: bool,
}

impl<'a, const R: usize, const C: usize, E: Element, Use: Role> MatrixView<'a, R, C, E, Use> {
    /// Returns the transposed view of the same memory.
    #[inline]
    pub fn t(&self) -> MatrixView<'a, C, R, E, Use> {
        MatrixView {
            data: self.data,
            rows: self.columns,
            columns: self.rows,
            is_transposed: !self.is_transposed,
        }
    }

    /// Returns the number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        size::<R>(self.rows as usize)
    }

    /// Returns the number of columns.
    #[inline]
    pub fn columns(&self) -> usize {
        size::<C>(self.columns as usize)
    }

    /// Returns the shape.
    #[inline]
    pub fn shape(&self) -> [usize; 2] {
        [self.rows(), self.columns()]
    }

    /// Returns the row stride and the column stride.
    #[inline]
    pub(crate) fn strides(&self) -> [usize; 2] {
        if self.is_transposed { [1, self.rows()] } else { [self.columns(), 1] }
    }
}

impl<const R: usize, const C: usize, E: Element> Resizable for Matrix<R, C, E> {
    type Dynamic = Matrix<DYN, DYN, E>;
    const SIZES: &'static [usize] = &[R, C];

    #[inline]
    fn misfit<Use: Role>(view: &<Self::Dynamic as Module>::View<'_, Use>) -> Option<Misfit> {
        Misfit::of_shape(Self::SIZES, &view.shape())
    }

    #[inline]
    fn dynamic<'a, Use: Role>(view: Self::View<'a, Use>) -> <Self::Dynamic as Module>::View<'a, Use> {
        let MatrixView { data, rows, columns, is_transposed } = view;
        MatrixView { data, rows, columns, is_transposed }
    }

    #[inline]
    fn fixed<'a, Use: Role>(view: <Self::Dynamic as Module>::View<'a, Use>) -> Self::View<'a, Use> {
        let MatrixView { data, rows, columns, is_transposed } = view;
        MatrixView { data, rows, columns, is_transposed }
    }
}

impl<'a, const R: usize, const C: usize, E: Element> MatrixView<'a, R, C, E> {
    /// Returns the owner's elements in the owner's order. It is the same slice for all views of one weight,
    /// transposed or not.
    #[inline]
    pub fn storage(&self) -> &'a [E] {
        self.data.as_slice()
    }

    /// Copies the elements, row by row.
    fn copied(&self) -> PooledVec<E> {
        match self.is_transposed {
            true => transposed(&self.data, self.columns(), self.rows()),
            false => PooledVec::copy(&self.data),
        }
    }

    /// Returns the matrix as an operand of kernels.
    ///
    /// ```
    /// # use tiedw_core::kernels::{MatMut, MatRef, gemm};
    /// # use tiedw_core::{Matrix, Module};
    /// let (weight, x, mut y) = (Matrix::from([[1.0, 2.0]]), [3.0, 4.0], [0.0]);
    /// gemm(1.0, weight.view().as_mat(), MatRef::new(&x, 2, 1), 0.0, MatMut::new(&mut y, 1, 1));
    /// assert_eq!(y, [11.0]);
    /// ```
    #[inline]
    pub fn as_mat(&self) -> MatRef<'a, E> {
        // Two cases are cheaper to check than arbitrary strides.
        let (rows, columns) = (self.rows(), self.columns());
        if self.is_transposed {
            MatRef::new(self.storage(), columns, rows).t()
        } else {
            MatRef::new(self.storage(), rows, columns)
        }
    }
}

/// A tensor of shape `[R, C]` with the same elements. They are not copied, but for a transposed matrix: once until it changes.
impl<const R: usize, const C: usize, E: Element> Deref for MatrixView<'_, R, C, E> {
    type Target = Tensor<C, E>;

    fn deref(&self) -> &Tensor<C, E> {
        let axes = || Axes::new(&[self.rows()], self.columns());
        Tensor::of_ref(match self.is_transposed {
            true => self.data.as_transposed(|| Shared::new(self.copied(), axes())),
            false => self.data.as_tensor(axes),
        })
    }
}

impl<'a, const R: usize, const C: usize, E: Element> MatrixView<'a, R, C, E, Gradient> {
    /// Accumulates a matrix, given row by row.
    pub(super) fn add_elements(&self, elements: &[E]) {
        match self.is_transposed {
            true => self.data.add_rows(&transposed(elements, self.rows(), self.columns())),
            false => self.data.add_rows(elements),
        }
    }

    /// Adds `value` to one element.
    #[inline]
    #[track_caller]
    pub fn add(&self, at: (usize, usize), value: E) {
        if let Some(cells) = self.data.wanted_cells() {
            let element = &cells[offset(at, [self.rows(), self.columns()], self.strides())];
            element.set(element.get() + value);
        }
    }

    /// Returns one element, or nothing if the gradient is not requested.
    #[inline]
    #[track_caller]
    pub(super) fn element(&self, at: (usize, usize)) -> &[Cell<E>] {
        let at = offset(at, [self.rows(), self.columns()], self.strides());
        self.data.wanted_cells().map_or(&[], |cells| std::slice::from_ref(&cells[at]))
    }

    /// Returns the matrix as an output of kernels, to accumulate into.
    ///
    /// ```
    /// # use tiedw_core::kernels::{MatRef, gemm};
    /// # use tiedw_core::{Matrix, Module};
    /// let (dy, x, mut gradient) = ([10.0], [3.0, 4.0], Matrix::<1, 2>::zeros());
    /// let (dy, x) = (MatRef::new(&dy, 1, 1), MatRef::new(&x, 1, 2));
    /// gemm(1.0, dy.t(), x, 1.0, gradient.view_mut().as_mat_mut());
    /// assert_eq!(gradient.as_slice(), [30.0, 40.0]);
    /// ```
    ///
    /// # Panics
    /// If the gradient is not requested, within [`Frozen`](crate::Frozen): use
    /// [`as_wanted_mat`](MatrixView::as_wanted_mat), which returns `None` there.
    #[inline]
    #[track_caller]
    pub fn as_mat_mut(&self) -> MatMut<'a, E> {
        let cells = self.data.cells();
        assert!(
            cells.len() == self.rows() * self.columns(),
            "a use of a weight within `Frozen` has no gradient to add to; ask `as_wanted_mat`, which gives none there"
        );
        self.mat_of(cells)
    }

    /// Returns the matrix as the output of a product that writes each element, and beta as in GEMM: 0 for the
    /// first cotangent, 1 for later ones. `None` if the gradient is not requested.
    #[inline]
    pub(crate) fn as_mat_and_beta(&self) -> Option<(MatMut<'a, E>, E)> {
        let (cells, beta) = self.data.cells_and_beta()?;
        Some((self.mat_of(cells), beta))
    }

    /// Returns the matrix to accumulate into, or `None` if the gradient is not requested, as within
    /// [`Frozen`](crate::Frozen).
    ///
    /// ```
    /// # use tiedw_core::{Frozen, Matrix, Module};
    /// assert!(Matrix::<1, 2>::zeros().view_mut().as_wanted_mat().is_some());
    /// let mut gradient = Frozen::new(Matrix::<1, 2>::zeros()).zeros_like();
    /// assert!(gradient.view_mut().as_wanted_mat().is_none());
    /// ```
    #[inline]
    pub fn as_wanted_mat(&self) -> Option<MatMut<'a, E>> {
        self.data.wanted_cells().map(|cells| self.mat_of(cells))
    }

    #[inline]
    fn mat_of(&self, cells: &'a [Cell<E>]) -> MatMut<'a, E> {
        // As in `as_mat`.
        let (rows, columns) = (self.rows(), self.columns());
        if self.is_transposed {
            MatMut::of_cells(cells, columns, rows).t()
        } else {
            MatMut::of_cells(cells, rows, columns)
        }
    }
}

impl<const R: usize, const C: usize, E: Element> Index<(usize, usize)> for MatrixView<'_, R, C, E> {
    type Output = E;

    #[track_caller]
    fn index(&self, at: (usize, usize)) -> &E {
        &self.data[offset(at, [self.rows(), self.columns()], self.strides())]
    }
}
