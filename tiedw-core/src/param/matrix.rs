use std::cell::Cell;
use std::ops::{Index, IndexMut};

use crate::Element;
use crate::buffer::Buffer;
use crate::kernels::{MatMut, MatRef};
use crate::module::{Closed, Gradient, Module, Path, Role, Spec, ViewOf, Weight};
use crate::param::{Fill, Parameter, ParameterMut, StateMut, Store};

/// A weight of `R` rows and `C` columns, row-major: `[out, in]`.
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

impl<const R: usize, const C: usize, E: Element> Matrix<R, C, E> {
    /// How many numbers there are, known when this is compiled.
    #[inline]
    fn count() -> usize {
        R.checked_mul(C).unwrap_or_else(|| panic!("a {R}x{C} matrix has more elements than memory can have"))
    }

    /// All zero.
    pub fn zeros() -> Self {
        Matrix { data: Store::zeros(Self::count()) }
    }

    /// The matrix of these numbers, row after row.
    ///
    /// # Panics
    /// Where there are not `R * C` of them.
    pub fn from_vec(data: Vec<E>) -> Self {
        let count = Self::count();
        assert_eq!(data.len(), count, "a {R}x{C} matrix has {count} elements, not {}", data.len());
        Matrix { data: data.into() }
    }

    /// The matrix of these numbers, row after row.
    pub(crate) fn from_buffer(data: Buffer<E>) -> Self {
        debug_assert_eq!(data.len(), Self::count());
        Matrix { data: data.into() }
    }

    /// The number in each place from its row and column.
    ///
    /// ```
    /// # use tiedw_core::Matrix;
    /// let identity = Matrix::<2, 2>::from_fn(|row, column| if row == column { 1.0 } else { 0.0 });
    /// assert_eq!(identity.into_vec(), [1.0, 0.0, 0.0, 1.0]);
    /// ```
    pub fn from_fn(mut number: impl FnMut(usize, usize) -> E) -> Self {
        Matrix { data: (0..Self::count()).map(|at| number(at / C, at % C)).collect() }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        R
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        C
    }

    /// The sizes of its axes.
    pub fn shape(&self) -> &'static [usize] {
        &[R, C]
    }

    /// The numbers, row after row.
    pub fn as_slice(&self) -> &[E] {
        &self.data
    }

    /// The numbers, row after row, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        &mut self.data
    }

    /// The numbers, row after row, in the memory that they had.
    pub fn into_vec(self) -> Vec<E> {
        self.data.into_vec()
    }
}

impl<const R: usize, const C: usize, E: Element> Index<(usize, usize)> for Matrix<R, C, E> {
    type Output = E;

    fn index(&self, at: (usize, usize)) -> &E {
        &self.data[offset::<R, C>(at, C, 1)]
    }
}

impl<const R: usize, const C: usize, E: Element> IndexMut<(usize, usize)> for Matrix<R, C, E> {
    fn index_mut(&mut self, at: (usize, usize)) -> &mut E {
        &mut self.data[offset::<R, C>(at, C, 1)]
    }
}

#[inline]
fn offset<const R: usize, const C: usize>(
    (row, column): (usize, usize),
    row_stride: usize,
    column_stride: usize,
) -> usize {
    assert!(row < R && column < C, "index ({row}, {column}) is outside a {R}x{C} matrix");
    row * row_stride + column * column_stride
}

/// A borrowed [`Matrix`], perhaps transposed.
///
/// ```
/// use tiedw_core::{Matrix, Module};
///
/// let weight = Matrix::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// let view = weight.view();
/// assert_eq!((view.t().rows(), view.t().columns()), (3, 2));
/// assert_eq!(view.t()[(2, 0)], 3.0);
/// // Both are the same memory.
/// assert!(std::ptr::eq(view.t().storage(), weight.as_slice()));
///
/// let mut gradient = weight.zeros_like();
/// gradient.view_mut().t().add((2, 0), 1.0);
/// assert_eq!(gradient[(0, 2)], 1.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MatrixView<'a, const R: usize, const C: usize, E: Element = f32, Use: Role = Weight> {
    data: Use::Slice<'a, E>,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, const R: usize, const C: usize, E: Element, Use: Role> MatrixView<'a, R, C, E, Use> {
    /// The transposed matrix: the same memory, read the other way.
    #[inline]
    pub fn t(&self) -> MatrixView<'a, C, R, E, Use> {
        MatrixView { data: self.data, row_stride: self.column_stride, column_stride: self.row_stride }
    }

    /// The number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        R
    }

    /// The number of columns.
    #[inline]
    pub fn columns(&self) -> usize {
        C
    }
}

impl<'a, const R: usize, const C: usize, E: Element> MatrixView<'a, R, C, E> {
    /// The owner's memory, in the owner's order: two views of one weight have the same, also where one of them
    /// is transposed.
    #[inline]
    pub fn storage(&self) -> &'a [E] {
        self.data
    }

    /// How far apart rows are, and columns.
    #[cfg(feature = "ndarray")]
    pub(crate) fn strides(&self) -> (usize, usize) {
        (self.row_stride, self.column_stride)
    }

    /// The matrix as kernels take it.
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
        // Cheaper to check than strides of any kind.
        if self.column_stride == 1 { MatRef::new(self.data, R, C) } else { MatRef::new(self.data, C, R).t() }
    }
}

impl<'a, const R: usize, const C: usize, E: Element> MatrixView<'a, R, C, E, Gradient> {
    /// Adds `value` to one element.
    #[inline]
    pub fn add(&self, at: (usize, usize), value: E) {
        if let Some(cells) = self.data.wanted_cells() {
            let element = &cells[offset::<R, C>(at, self.row_stride, self.column_stride)];
            element.set(element.get() + value);
        }
    }

    /// The matrix as kernels take it.
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
    /// If this use of a trained weight is frozen: there [`as_wanted_mat`](MatrixView::as_wanted_mat) gives none.
    #[inline]
    pub fn as_mat_mut(&self) -> MatMut<'a, E> {
        let cells = self.data.cells();
        assert!(
            cells.len() == R * C,
            "a use of a weight within `Frozen` has no gradient to add to; ask `as_wanted_mat`, which gives none there"
        );
        self.mat_of(cells)
    }

    /// The matrix for a product that reaches each of its elements, and how often it counts in the sum: not where that is
    /// the first. None where nobody asks for the gradient.
    #[inline]
    pub(crate) fn as_mat_and_beta(&self) -> Option<(MatMut<'a, E>, E)> {
        let (cells, beta) = self.data.cells_and_beta()?;
        Some((self.mat_of(cells), beta))
    }

    /// The matrix, to be added to; none where nobody asks for the gradient, as in [`Frozen`](crate::Frozen).
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
        // As `as_mat`.
        if self.column_stride == 1 {
            MatMut::of_cells(cells, R, C)
        } else {
            MatMut::of_cells(cells, C, R).t()
        }
    }
}

impl<const R: usize, const C: usize, E: Element> Index<(usize, usize)> for MatrixView<'_, R, C, E> {
    type Output = E;

    fn index(&self, at: (usize, usize)) -> &E {
        &self.data[offset::<R, C>(at, self.row_stride, self.column_stride)]
    }
}

impl<'a, const R: usize, const C: usize, E: Element, Use: Role> ViewOf<'a, Use>
    for MatrixView<'a, R, C, E, Use>
{
    type Module = Matrix<R, C, E>;

    #[inline]
    fn freeze(self) -> Self {
        MatrixView { data: Use::freeze(self.data), ..self }
    }
}

#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, E: Element> Module for Matrix<R, C, E> {
    type Elem = E;
    type Ties<'a, Use: Role> = ();
    type View<'a, Use: Role> = MatrixView<'a, R, C, E, Use>;
    const SPEC: Spec = Spec::Parameter { shape: &[R, C] };

    #[inline]
    fn bind(&self, (): ()) -> MatrixView<'_, R, C, E> {
        MatrixView { data: &self.data, row_stride: C, column_stride: 1 }
    }
    #[inline]
    fn bind_mut(&mut self, (): ()) -> MatrixView<'_, R, C, E, Gradient> {
        MatrixView { data: self.data.accumulator(), row_stride: C, column_stride: 1 }
    }
    #[inline]
    fn gradient_like(&self, fill: Fill) -> Self {
        Matrix { data: Store::gradient(R * C, fill) }
    }
    #[inline]
    fn finish(&mut self) {
        self.data.finish();
    }
    fn visit<'a>(&'a self, path: &mut Path, visitor: &mut dyn FnMut(&Path, Parameter<'a, E>)) {
        visitor(path, Parameter::new(self.data.parts(), &[R, C]));
    }
    fn visit_mut<'a>(&'a mut self, path: &mut Path, visitor: &mut dyn FnMut(&Path, ParameterMut<'a, E>)) {
        visitor(path, ParameterMut::new(self.data.parts_mut(), &[R, C]));
    }
    fn update<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [E], &[E], [StateMut<'_, E>; S]),
    ) {
        self.data.update(&gradient.data, state.map(|state| &mut state.data), rule);
    }
}

#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, E: Element> Closed for Matrix<R, C, E> {
    fn no_ties<'a, Use: Role>() -> <Self as Module>::Ties<'a, Use> {}
}
