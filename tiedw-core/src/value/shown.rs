//! What code that is not differentiated sees of a value: the value itself if it carries no gradient, and
//! otherwise a wrapper that can be compared and queried for its size, but not for its elements.
//!
//! `(&&Shown(&value)).show()` resolves to [`ShowDiscrete`] if the type is [`Discrete`]; otherwise to
//! [`ShowValue`], which needs one more reference; otherwise to [`ShowAny`], for a type that is not a value,
//! which is reported where the type is written.

use std::cmp::Ordering;
use std::fmt::{self, Debug, Display};

use super::{Discrete, Value, WithoutCompanion};
use crate::param::{MatrixView, VectorView};
use crate::{Element, Ids, Mask, Tensor};

/// A value, wrapped for autoref specialization. `N` is its number in the body.
#[derive(Debug)]
pub struct Shown<'v, T, const N: usize>(pub &'v T);

/// A value that may be rebound by a macro: it must still have the same type.
#[diagnostic::on_unimplemented(
    message = "a macro gives this name another value, and the gradient would be that of the one before",
    label = "bound by a macro",
    note = "write `let x = ..`, which a macro may compute"
)]
pub trait SameValue<T> {}

#[diagnostic::do_not_recommend]
impl<T> SameValue<T> for T {}

/// Compiles only if a name still refers to the value `shown`, whose number makes its type unique.
#[inline]
pub fn same_value<S, T: SameValue<S>>(_: &T, _shown: &S) {}

/// The values of a name after and before a macro that may rebind it.
///
/// `(&After(&now, &before)).assert_same()` resolves to [`SameDiscrete`] if both values are discrete and
/// comparable, and otherwise to [`SameOther`], which needs one more reference: then the type shows that the
/// value is the same.
#[derive(Debug)]
pub struct After<'v, N, B>(pub &'v N, pub &'v B);

/// A value that carries no gradient, and whose type does not show whether it was rebound.
pub trait SameDiscrete {
    /// Asserts that the value is the same.
    fn assert_same(&self);
}

impl<T: Discrete + PartialEq> SameDiscrete for After<'_, T, T> {
    #[inline]
    #[track_caller]
    fn assert_same(&self) {
        assert!(
            self.0 == self.1,
            "a macro gives a name another value, which the gradient would not see: write `let x = ..`, which a macro \
             may compute"
        );
    }
}

/// Any other value.
pub trait SameOther {
    /// Does nothing.
    #[inline]
    fn assert_same(&self) {}
}

impl<N, B> SameOther for &After<'_, N, B> {}

/// A value that carries no gradient.
pub trait ShowDiscrete {
    /// The type of the value.
    type Value;

    /// Returns the value.
    fn show(&self) -> Self::Value;
}

impl<T: Discrete + Clone, const N: usize> ShowDiscrete for &Shown<'_, T, N> {
    type Value = T;

    #[inline]
    fn show(&self) -> T {
        self.0.clone()
    }
}

/// A value that carries a gradient.
pub trait ShowValue<'v, const N: usize> {
    /// The type of the value, without references.
    type Value: ?Sized;

    /// Returns a wrapper that hides the elements.
    fn show(&self) -> CarriesGradient<'v, Self::Value, N>;
}

impl<'v, T: Value, const N: usize> ShowValue<'v, N> for &&Shown<'v, T, N> {
    type Value = T::Owned;

    #[inline]
    fn show(&self) -> CarriesGradient<'v, T::Owned, N> {
        CarriesGradient(self.0.by_ref())
    }
}

/// Anything else.
pub trait ShowAny<'v> {
    /// The type.
    type Type;

    /// Returns a reference to it.
    fn show(&self) -> &'v Self::Type;
}

impl<'v, T, const N: usize> ShowAny<'v> for Shown<'v, T, N> {
    type Type = T;

    #[inline]
    fn show(&self) -> &'v T {
        self.0
    }
}

/// A `Copy` value that is passed to [`stop_gradient`](crate::stop_gradient).
pub trait RevealCopy {
    /// The type of the value.
    type Value;

    /// Returns the value.
    fn reveal(&self) -> Self::Value;
}

impl<T: Copy, const N: usize> RevealCopy for Shown<'_, T, N> {
    type Value = T;

    #[inline]
    fn reveal(&self) -> T {
        *self.0
    }
}

/// Any other value that is passed to [`stop_gradient`](crate::stop_gradient).
pub trait RevealReference<'v> {
    /// The type of the value.
    type Value: ?Sized;

    /// Returns a reference to the value.
    fn reveal(&self) -> &'v Self::Value;
}

impl<'v, T, const N: usize> RevealReference<'v> for &Shown<'v, T, N> {
    type Value = T;

    #[inline]
    fn reveal(&self) -> &'v T {
        self.0
    }
}

/// A value that carries a gradient, as seen by code that is not differentiated, such as a macro, a closure or
/// a format string.
///
/// It can be compared and queried for its size. To use its elements there, detach it: `stop_gradient(&x)`.
/// `N` distinguishes the values of a body.
///
/// ```
/// # use tiedw_core::__private::{ShowValue, Shown};
/// use tiedw_core::{CarriesGradient, Tensor};
///
/// // A closure in a differentiable body can query a captured value like this.
/// fn is_wide<const F: usize>(h: CarriesGradient<'_, Tensor<F>>) -> bool {
///     h.features() > 2 && h.shape() == [h.rows(), F]
/// }
/// # let h = Tensor::<3>::full([2], 1.0);
/// # let h = (&&Shown::<_, 0>(&h)).show();
/// assert!(is_wide(h));
/// ```
pub struct CarriesGradient<'v, T: ?Sized, const N: usize = 0>(&'v T);

impl<T: ?Sized, const N: usize> Clone for CarriesGradient<'_, T, N> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized, const N: usize> Copy for CarriesGradient<'_, T, N> {}

impl<'v, const F: usize, E: Element, const N: usize> CarriesGradient<'v, Tensor<F, E>, N> {
    /// Returns the shape.
    #[inline]
    pub fn shape(&self) -> &'v [usize] {
        self.0.shape()
    }

    /// Returns the number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        self.0.rows()
    }

    /// Returns the number of features.
    #[inline]
    pub fn features(&self) -> usize {
        self.0.features()
    }
}

impl<T: PartialEq + ?Sized, const N: usize, const M: usize> PartialEq<CarriesGradient<'_, T, M>>
    for CarriesGradient<'_, T, N>
{
    #[inline]
    fn eq(&self, other: &CarriesGradient<'_, T, M>) -> bool {
        self.0 == other.0
    }
}

impl<T: PartialOrd + ?Sized, const N: usize, const M: usize> PartialOrd<CarriesGradient<'_, T, M>>
    for CarriesGradient<'_, T, N>
{
    #[inline]
    fn partial_cmp(&self, other: &CarriesGradient<'_, T, M>) -> Option<Ordering> {
        self.0.partial_cmp(other.0)
    }
}

impl<E: Element, const N: usize> PartialEq<E> for CarriesGradient<'_, E, N> {
    #[inline]
    fn eq(&self, other: &E) -> bool {
        self.0 == other
    }
}

impl<E: Element, const N: usize> PartialOrd<E> for CarriesGradient<'_, E, N> {
    #[inline]
    fn partial_cmp(&self, other: &E) -> Option<Ordering> {
        self.0.partial_cmp(other)
    }
}

/// What text may be made of in a body: no value that carries a gradient.
#[diagnostic::on_unimplemented(
    message = "a value of the type `{Self}` carries a gradient, and text loses it",
    label = "carries a gradient",
    note = "write `stop_gradient(..)` of the value, as in `format!(\"{{}}\", stop_gradient(loss))`; `println!` and its like show \
            values as they are"
)]
pub trait Legible {}

// Without any impl, rustc would suggest to write one.
#[diagnostic::do_not_recommend]
impl Legible for WithoutCompanion {}

// For the message: otherwise rustc would speak of this type, which nobody wrote.
impl<T: Legible + ?Sized, const N: usize> Display for CarriesGradient<'_, T, N> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}
impl<T: Legible + ?Sized, const N: usize> Debug for CarriesGradient<'_, T, N> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

/// A type with elements, which comparisons may read.
pub trait Elements {
    /// The type of an element.
    type Element;

    /// Returns all elements.
    fn elements(&self) -> &[Self::Element];
}

impl<T: Elements + ?Sized> Elements for &T {
    type Element = T::Element;

    #[inline]
    fn elements(&self) -> &[T::Element] {
        T::elements(self)
    }
}

macro_rules! elements {
    ($([$($generics:tt)*] $type:ty)+) => {
        $(
            impl<$($generics)* E: Element> Elements for $type {
                type Element = E;

                #[inline]
                fn elements(&self) -> &[E] {
                    self.as_slice()
                }
            }
        )+
    };
}
elements! {
    [const F: usize,] Tensor<F, E>
    [const N: usize,] VectorView<'_, N, E>
    [const R: usize, const C: usize,] MatrixView<'_, R, C, E>
}

impl Elements for Ids {
    type Element = u32;

    #[inline]
    fn elements(&self) -> &[u32] {
        self.as_slice()
    }
}

impl<const F: usize> Elements for Mask<F> {
    type Element = bool;

    #[inline]
    fn elements(&self) -> &[bool] {
        self.as_slice()
    }
}
