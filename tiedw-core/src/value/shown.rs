//! What code that is not differentiated sees of a value: itself where it carries no gradient, and else something that
//! can be compared and asked for its size, and from which no number can be read.
//!
//! `(&&Shown(&value)).show()` finds the method of [`ShowDiscrete`] where the type is [`Discrete`], else that of
//! [`ShowValue`], one reference further, and of [`ShowAny`] for what is no value, which is an error where its type is
//! written.

use std::cmp::Ordering;

use super::{Discrete, Value};
use crate::param::VectorView;
use crate::{Element, Tensor};

/// A value in use, the `N`-th that is shown in a body.
#[derive(Debug)]
pub struct Shown<'v, T, const N: usize>(pub &'v T);

/// What a name stands for after a macro that may have bound it anew.
#[diagnostic::on_unimplemented(
    message = "a macro gives this name another value, and the gradient would be that of the one before",
    label = "bound by a macro",
    note = "write `let x = ..`, which a macro may compute"
)]
pub trait SameValue<T> {}

#[diagnostic::do_not_recommend]
impl<T> SameValue<T> for T {}

/// Compiles where a name still stands for what was `shown`, by whose number no other value has its type.
#[inline]
pub fn same_value<S, T: SameValue<S>>(_: &T, _shown: &S) {}

/// What a name stands for after a macro that may have bound it anew, and what it stood for before.
///
/// `(&After(&now, &before)).assert_same()` finds the method of [`SameDiscrete`] where both are discrete and can be compared,
/// and else that of [`SameOther`], one reference further: by its type the other is the same already.
#[derive(Debug)]
pub struct After<'v, N, B>(pub &'v N, pub &'v B);

/// A value that carries no gradient, of which no type tells whether it is another one.
pub trait SameDiscrete {
    /// Asserts that it is the same.
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
    /// Its type.
    type Value;

    /// The value.
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
    /// Its type, without references.
    type Value: ?Sized;

    /// The value, but for its numbers.
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
    /// Its type.
    type Type;

    /// What it is.
    fn show(&self) -> &'v Self::Type;
}

impl<'v, T, const N: usize> ShowAny<'v> for Shown<'v, T, N> {
    type Type = T;

    #[inline]
    fn show(&self) -> &'v T {
        self.0
    }
}

/// A number, which [`stop_gradient`](crate::stop_gradient) passes on.
pub trait RevealCopy {
    /// Its type.
    type Value;

    /// The number.
    fn reveal(&self) -> Self::Value;
}

impl<T: Copy, const N: usize> RevealCopy for Shown<'_, T, N> {
    type Value = T;

    #[inline]
    fn reveal(&self) -> T {
        *self.0
    }
}

/// Any other value that it passes on.
pub trait RevealReference<'v> {
    /// Its type.
    type Value: ?Sized;

    /// The value.
    fn reveal(&self) -> &'v Self::Value;
}

impl<'v, T, const N: usize> RevealReference<'v> for &Shown<'v, T, N> {
    type Value = T;

    #[inline]
    fn reveal(&self) -> &'v T {
        self.0
    }
}

/// A value that carries a gradient, seen by code that passes none on, such as a macro, a closure or a format string.
///
/// It can be compared, and asked for its size. To use its numbers there, cut them off: `stop_gradient(&x)`. `N` tells the
/// values of a body apart.
///
/// ```
/// # use tiedw_core::__private::{ShowValue, Shown};
/// use tiedw_core::{CarriesGradient, Tensor};
///
/// // What a closure in a differentiable body can ask of a value that it captures.
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
    /// Its shape.
    #[inline]
    pub fn shape(&self) -> &'v [usize] {
        self.0.shape()
    }

    /// Its rows.
    #[inline]
    pub fn rows(&self) -> usize {
        self.0.rows()
    }

    /// Its features.
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

/// What has elements, which a comparison may look at.
pub trait Elements {
    /// An element.
    type Element;

    /// All of them.
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
}
