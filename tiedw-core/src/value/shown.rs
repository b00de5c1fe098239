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

/// A value in use.
#[derive(Debug)]
pub struct Shown<'v, T>(pub &'v T);

/// A value that carries no gradient.
pub trait ShowDiscrete {
    /// Its type.
    type Value;

    /// The value.
    fn show(&self) -> Self::Value;
}

impl<T: Discrete + Clone> ShowDiscrete for &Shown<'_, T> {
    type Value = T;

    #[inline]
    fn show(&self) -> T {
        self.0.clone()
    }
}

/// A value that carries a gradient.
pub trait ShowValue<'v> {
    /// Its type, without references.
    type Value: ?Sized;

    /// The value, but for its numbers.
    fn show(&self) -> CarriesGradient<'v, Self::Value>;
}

impl<'v, T: Value> ShowValue<'v> for &&Shown<'v, T> {
    type Value = T::Owned;

    #[inline]
    fn show(&self) -> CarriesGradient<'v, T::Owned> {
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

impl<'v, T> ShowAny<'v> for Shown<'v, T> {
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

impl<T: Copy> RevealCopy for Shown<'_, T> {
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

impl<'v, T> RevealReference<'v> for &Shown<'v, T> {
    type Value = T;

    #[inline]
    fn reveal(&self) -> &'v T {
        self.0
    }
}

/// A value that carries a gradient, seen by code that passes none on, such as a macro, a closure or a format string.
///
/// It can be compared, and asked for its size. To use its numbers there, cut them off: `stop_gradient(&x)`.
pub struct CarriesGradient<'v, T: ?Sized>(&'v T);

impl<T: ?Sized> Clone for CarriesGradient<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for CarriesGradient<'_, T> {}

impl<'v, const F: usize, E: Element> CarriesGradient<'v, Tensor<F, E>> {
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

impl<T: PartialEq + ?Sized> PartialEq for CarriesGradient<'_, T> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: PartialOrd + ?Sized> PartialOrd for CarriesGradient<'_, T> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0.partial_cmp(other.0)
    }
}

impl<E: Element> PartialEq<E> for CarriesGradient<'_, E> {
    #[inline]
    fn eq(&self, other: &E) -> bool {
        self.0 == other
    }
}

impl<E: Element> PartialOrd<E> for CarriesGradient<'_, E> {
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
