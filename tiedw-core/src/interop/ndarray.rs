//! Conversions between `ndarray`'s arrays and tensors or parameters.

use ndarray::{
    Array, Array1, Array2, Array3, Array4, ArrayD, ArrayView, ArrayView1, ArrayView2, ArrayView3, ArrayView4,
    ArrayViewD, ArrayViewMut1, ArrayViewMut2, ArrayViewMut3, ArrayViewMut4, ArrayViewMutD, Dimension,
    ShapeBuilder, StrideShape,
};

use crate::axes::{Axes, Leading, MOST_AXES};
use crate::module::{Module, Spec};
use crate::param::{MatrixView, VectorView};
use crate::size::allows;
use crate::{
    Element, Filter1d, Filter2d, GateBias, Gates, Matrix, Parameter, ParameterMut, ShapeError, Tensor, Vector,
};

const FITS: &str = "as many elements as the shape has";

/// Returns the elements of an array, row-major. Copies them only if they are not in standard layout.
fn into_numbers<E: Element, D: Dimension>(array: Array<E, D>) -> Vec<E> {
    let count = array.len();
    if !array.is_standard_layout() {
        return array.iter().copied().collect();
    }
    let (mut values, offset) = array.into_raw_vec_and_offset();
    let offset = offset.unwrap_or(0);
    // A sliced array may keep elements around its own.
    values.truncate(offset + count);
    values.drain(..offset);
    values
}

/// Checks the axes of a tensor with `F` features.
fn axes<const F: usize>(shape: &[usize]) -> Result<Axes, ShapeError> {
    match shape {
        [leading @ .., features] if allows(F, *features) => {
            if shape.len() <= MOST_AXES {
                Ok(leading.with_features(*features))
            } else {
                Err(ShapeError::Axes { most: MOST_AXES, found: shape.to_vec() })
            }
        }
        _ => Err(ShapeError::Features { expected: F, found: shape.to_vec() }),
    }
}

/// Converts an array into a tensor, without copying if it is in standard layout.
///
/// ```
/// use tiedw_core::ndarray::{Array3, array};
/// use tiedw_core::{ShapeError, Tensor};
///
/// let x = Tensor::<2>::try_from(array![[1.0, 2.0], [3.0, 4.0]])?;
/// assert_eq!(x, Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
///
/// let error = Tensor::<2>::try_from(Array3::<f32>::zeros((4, 3, 5))).unwrap_err();
/// assert_eq!(error.to_string(), "expected shape [.., 2], found [4, 3, 5]");
/// # Ok::<(), ShapeError>(())
/// ```
impl<const F: usize, E: Element, D: Dimension> TryFrom<Array<E, D>> for Tensor<F, E> {
    type Error = ShapeError;

    fn try_from(array: Array<E, D>) -> Result<Self, ShapeError> {
        let shape = array.shape().to_vec();
        Ok(Tensor::with_axes(axes::<F>(&shape)?, into_numbers(array).into()))
    }
}

/// Copies an array view into a tensor, which owns its elements.
impl<const F: usize, E: Element, D: Dimension> TryFrom<ArrayView<'_, E, D>> for Tensor<F, E> {
    type Error = ShapeError;

    fn try_from(array: ArrayView<'_, E, D>) -> Result<Self, ShapeError> {
        Ok(Tensor::with_axes(axes::<F>(array.shape())?, array.iter().copied().collect()))
    }
}

/// Converts a tensor into an array; copies the elements only if they are shared with another tensor.
impl<const F: usize, E: Element> From<Tensor<F, E>> for ArrayD<E> {
    fn from(tensor: Tensor<F, E>) -> Self {
        let shape = tensor.shape().to_vec();
        Array::from_shape_vec(shape, tensor.into_vec()).expect(FITS)
    }
}

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns the tensor as an array view, without copying.
    ///
    /// ```
    /// use tiedw_core::Tensor;
    /// use tiedw_core::ndarray::Axis;
    ///
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.as_ndarray().sum_axis(Axis(0)).as_slice(), Some(&[4.0, 6.0][..]));
    /// ```
    pub fn as_ndarray(&self) -> ArrayViewD<'_, E> {
        ArrayView::from_shape(self.shape(), self.as_slice()).expect(FITS)
    }

    /// Returns the tensor as a mutable array view; copies the elements first if they are shared with another
    /// tensor.
    ///
    /// ```
    /// use tiedw_core::Tensor;
    ///
    /// let mut x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// x.as_ndarray_mut().swap([0, 0], [1, 1]);
    /// assert_eq!(x.as_slice(), [4.0, 2.0, 3.0, 1.0]);
    /// ```
    pub fn as_ndarray_mut(&mut self) -> ArrayViewMutD<'_, E> {
        let shape = self.shape().to_vec();
        ArrayViewMutD::from_shape(shape, self.as_mut_slice()).expect(FITS)
    }
}

/// Implements the conversions of each parameter type, with its number of axes.
macro_rules! parameters {
    ($(
        [$($generics:tt)*] $type:ty: $axes:literal, $array:ident, $view:ident, $view_mut:ident;
    )+) => {$(
        impl<$($generics)* E: Element> $type {
            /// Returns the parameter as an array view, without copying.
            pub fn as_ndarray(&self) -> $view<'_, E> {
                $view::from_shape(sizes::<$axes>(&self.shape()), self.as_slice()).expect(FITS)
            }

            /// Returns the parameter as a mutable array view, without copying.
            ///
            /// ```
            /// use tiedw_core::Matrix;
            ///
            /// let mut weight = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
            /// weight.as_ndarray_mut().row_mut(0).fill(0.0);
            /// assert_eq!(weight.as_ndarray().sum(), 7.0);
            /// ```
            pub fn as_ndarray_mut(&mut self) -> $view_mut<'_, E> {
                let shape = sizes::<$axes>(&self.shape());
                $view_mut::from_shape(shape, self.as_mut_slice()).expect(FITS)
            }
        }

        /// Converts an array into a parameter, without copying if it is in standard layout.
        impl<$($generics)* E: Element, D: Dimension> TryFrom<Array<E, D>> for $type {
            type Error = ShapeError;

            fn try_from(array: Array<E, D>) -> Result<Self, ShapeError> {
                let shape = checked(Self::allows, &Self::SPEC, array.shape())?;
                Ok(Self::from_shape_vec(shape, into_numbers(array)))
            }
        }

        /// Copies an array view into a parameter.
        impl<$($generics)* E: Element, D: Dimension> TryFrom<ArrayView<'_, E, D>> for $type {
            type Error = ShapeError;

            fn try_from(array: ArrayView<'_, E, D>) -> Result<Self, ShapeError> {
                let shape = checked(Self::allows, &Self::SPEC, array.shape())?;
                Ok(Self::from_shape_vec(shape, array.iter().copied().collect()))
            }
        }

        /// Converts a parameter into an array, without copying.
        impl<$($generics)* E: Element> From<$type> for $array<E> {
            fn from(parameter: $type) -> Self {
                let shape = sizes::<$axes>(&parameter.shape());
                Array::from_shape_vec(shape, parameter.into_vec()).expect(FITS)
            }
        }
    )+};
}

parameters! {
    [const N: usize,] Vector<N, E>: 1, Array1, ArrayView1, ArrayViewMut1;
    [const R: usize, const C: usize,] Matrix<R, C, E>: 2, Array2, ArrayView2, ArrayViewMut2;
    [const O: usize, const H: usize, const W: usize, const I: usize,] Filter2d<O, H, W, I, E>:
        4, Array4, ArrayView4, ArrayViewMut4;
    [const O: usize, const K: usize, const I: usize,] Filter1d<O, K, I, E>:
        3, Array3, ArrayView3, ArrayViewMut3;
    [const G: usize, const R: usize, const C: usize,] Gates<G, R, C, E>:
        2, Array2, ArrayView2, ArrayViewMut2;
    [const G: usize, const R: usize,] GateBias<G, R, E>: 1, Array1, ArrayView1, ArrayViewMut1;
}

/// The sizes of so many axes.
fn sizes<const N: usize>(shape: &[usize]) -> [usize; N] {
    shape.try_into().expect("as many sizes as the parameter has axes")
}

/// The sizes of an array, if a parameter allows them.
fn checked<const N: usize>(
    allows: fn([usize; N]) -> bool,
    spec: &Spec,
    found: &[usize],
) -> Result<[usize; N], ShapeError> {
    let expected = spec.shape().unwrap_or_default();
    match found.try_into() {
        Ok(shape) if allows(shape) => Ok(shape),
        _ => Err(ShapeError::Shape { expected: expected.to_vec(), found: found.to_vec() }),
    }
}

impl<'a, const R: usize, const C: usize, E: Element> MatrixView<'a, R, C, E> {
    /// Returns the matrix as an array view, transposed or not, without copying.
    ///
    /// ```
    /// use tiedw_core::{Matrix, Module};
    ///
    /// let weight = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(weight.view().t().as_ndarray(), weight.as_ndarray().t());
    /// ```
    pub fn as_ndarray(&self) -> ArrayView2<'a, E> {
        let [row_stride, column_stride] = self.strides();
        let shape: StrideShape<_> = (self.rows(), self.columns()).strides((row_stride, column_stride));
        ArrayView::from_shape(shape, self.storage()).expect(FITS)
    }
}

impl<'a, const N: usize, E: Element> VectorView<'a, N, E> {
    /// Returns the vector as an array view, without copying.
    ///
    /// ```
    /// use tiedw_core::{Module, Vector};
    ///
    /// assert_eq!(Vector::from([1.0, 2.0]).view().as_ndarray().sum(), 3.0);
    /// ```
    pub fn as_ndarray(&self) -> ArrayView1<'a, E> {
        ArrayView::from_shape(self.as_slice().len(), self.as_slice()).expect(FITS)
    }
}

impl<'a, E: Element> Parameter<'a, E> {
    /// Returns the parameter as an array view, without copying.
    ///
    /// ```
    /// use tiedw_core::{Module, layers::Linear};
    ///
    /// let layer = Linear::<2, 1> { weight: [[3.0, 4.0]].into(), bias: [0.0].into() };
    /// let squares = layer.parameters().map(|p| p.as_ndarray().mapv(|number| number * number).sum());
    /// assert_eq!(squares.sum::<f32>(), 25.0);
    /// ```
    pub fn as_ndarray(&self) -> ArrayViewD<'a, E> {
        ArrayView::from_shape(&*self.shape(), self.as_slice()).expect(FITS)
    }
}

impl<E: Element> ParameterMut<'_, E> {
    /// Returns the parameter as a mutable array view, without copying.
    ///
    /// ```
    /// use tiedw_core::{Matrix, Module};
    ///
    /// let mut weight = Matrix::from([[3.0, 4.0]]);
    /// weight.parameters_mut().for_each(|mut p| p.as_ndarray_mut().fill(1.0));
    /// assert_eq!(weight.as_slice(), [1.0, 1.0]);
    /// ```
    pub fn as_ndarray_mut(&mut self) -> ArrayViewMutD<'_, E> {
        ArrayViewMutD::from_shape(&*self.shape(), self.as_mut_slice()).expect(FITS)
    }
}
