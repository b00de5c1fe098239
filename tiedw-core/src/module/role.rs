use std::fmt::Debug;

use crate::Element;
use crate::param::{Accumulator, Elements};

/// The role of a view: [`Weight`]s are read, [`Gradient`]s are accumulated into.
///
/// Both roles have the same fields and ties, so a tie is written and checked once for both.
///
/// ```
/// use tiedw_core::module::Role;
/// use tiedw_core::{Module, Matrix, param::MatrixView};
///
/// fn transposed<Use: Role>(view: MatrixView<'_, 2, 3, f32, Use>) -> MatrixView<'_, 3, 2, f32, Use> {
///     view.t()
/// }
/// let (weight, mut gradient) = (Matrix::zeros(), Matrix::zeros());
/// assert_eq!(transposed(weight.view())[(2, 1)], 0.0);
/// transposed(gradient.view_mut()).add((2, 1), 5.0);
/// assert_eq!(gradient[(1, 2)], 5.0);
/// ```
pub trait Role: Copy + Debug + 'static {
    /// The elements of one parameter.
    type Slice<'a, E: Element>: Copy + Debug;

    /// Whether views read the elements.
    #[doc(hidden)]
    const READS: bool;

    /// Converts a slice into one that receives no cotangents.
    #[doc(hidden)]
    fn freeze<'a, E: Element>(slice: Self::Slice<'a, E>) -> Self::Slice<'a, E>;

    /// Returns the number of elements: none in a frozen gradient.
    #[doc(hidden)]
    fn count<E: Element>(slice: &Self::Slice<'_, E>) -> usize;
}

/// The role of a view that reads weights.
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

/// The role of a view that accumulates a gradient.
///
/// Several uses of one tied weight each have a view of its single gradient, which therefore consists of
/// cells. The gradient itself is mutably borrowed while any view of it is alive.
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
    type Slice<'a, E: Element> = Elements<'a, E>;
    const READS: bool = true;

    #[inline]
    fn freeze<'a, E: Element>(slice: Self::Slice<'a, E>) -> Self::Slice<'a, E> {
        slice
    }

    #[inline]
    fn count<E: Element>(slice: &Self::Slice<'_, E>) -> usize {
        slice.len()
    }
}

impl Role for Gradient {
    type Slice<'a, E: Element> = Accumulator<'a, E>;
    const READS: bool = false;

    #[inline]
    fn freeze<'a, E: Element>(slice: Self::Slice<'a, E>) -> Self::Slice<'a, E> {
        slice.freeze()
    }

    #[inline]
    fn count<E: Element>(slice: &Self::Slice<'_, E>) -> usize {
        slice.count()
    }
}
