use std::fmt::Debug;

use crate::Element;
use crate::param::Accumulator;

/// What a view is for: [`Weight`]s are read, a [`Gradient`] is added to.
///
/// Both have the same fields and the same ties, so that a tie is written, and checked, once for both.
///
/// ```
/// use tiedw_core::module::Role;
/// use tiedw_core::{Module, Matrix, param::MatrixView};
///
/// fn transposed<R: Role>(view: MatrixView<'_, 2, 3, f32, R>) -> MatrixView<'_, 3, 2, f32, R> {
///     view.t()
/// }
/// let (weight, mut gradient) = (Matrix::zeros(), Matrix::zeros());
/// assert_eq!(transposed(weight.view())[(2, 1)], 0.0);
/// transposed(gradient.view_mut()).add((2, 1), 5.0);
/// assert_eq!(gradient[(1, 2)], 5.0);
/// ```
pub trait Role: Copy + Debug + 'static {
    /// The numbers of one parameter.
    type Slice<'a, E: Element>: Copy + Debug;

    /// The numbers, to which nothing is added.
    #[doc(hidden)]
    fn freeze<'a, E: Element>(slice: Self::Slice<'a, E>) -> Self::Slice<'a, E>;
}

/// A view that reads.
///
/// ```
/// use tiedw_core::module::Weight;
/// use tiedw_core::{Module, Vector, param::VectorView};
///
/// let weight = Vector::<2>::from([1.0, 2.0]);
/// let view: VectorView<'_, 2, f32, Weight> = weight.view();
/// assert!(std::ptr::eq(view.as_slice(), weight.as_slice()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight;

/// A view that adds.
///
/// Several uses of one shared weight each hold a view of its one gradient, hence the cells; the gradient itself
/// is borrowed mutably for as long as any view of it lives.
///
/// ```
/// use tiedw_core::module::Gradient;
/// use tiedw_core::{Module, Vector, param::VectorView};
///
/// let mut gradient = Vector::<2>::zeros();
/// let one_use: VectorView<'_, 2, f32, Gradient> = gradient.view_mut();
/// let another_use = one_use;
/// one_use.add(0, 1.0);
/// another_use.add(0, 2.0);
/// assert_eq!(gradient[0], 3.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gradient;

impl Role for Weight {
    type Slice<'a, E: Element> = &'a [E];

    #[inline]
    fn freeze<'a, E: Element>(slice: Self::Slice<'a, E>) -> Self::Slice<'a, E> {
        slice
    }
}

impl Role for Gradient {
    type Slice<'a, E: Element> = Accumulator<'a, E>;

    #[inline]
    fn freeze<'a, E: Element>(slice: Self::Slice<'a, E>) -> Self::Slice<'a, E> {
        slice.freeze()
    }
}
