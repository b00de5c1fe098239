//! Whether a part of the module, used where no gradient passes, holds weights.
//!
//! `(&Part(&part)).held()` finds the method of [`ViewPart`] where the part is a view, and else that of [`AnyPart`],
//! one reference further. `behind` comes before, as often as
//! there may be references around the part. What it returns is [`Weightless`] or not.

use std::marker::PhantomData;

use crate::Element;
use crate::module::{ViewOf, Weight};
use crate::param::{MatrixView, VectorView};

/// A part of the module in use.
#[derive(Debug)]
pub struct Part<'p, T: ?Sized>(pub &'p T);

/// What holds no weight.
#[diagnostic::on_unimplemented(
    message = "the gradient of this part of the module is lost here",
    label = "holds weights",
    note = "closures, casts, indices, arrays and macros within an expression pass no gradient on; use an operation \
            that has a companion `_vjp`, or cut the gradient with `stop_gradient(..)`"
)]
pub trait Weightless {
    /// Compiles.
    #[doc(hidden)]
    #[inline]
    fn assert_weightless(&self) {}
}

/// The weights that a part holds.
#[derive(Debug)]
pub struct Weights<T>(PhantomData<T>);

/// No weights.
#[derive(Debug)]
pub struct NoWeights;

#[diagnostic::do_not_recommend]
impl Weightless for NoWeights {}

/// A part that holds weights.
pub trait ViewPart {
    /// Its view.
    type View;

    /// What it holds.
    fn held(&self) -> Weights<Self::View> {
        Weights(PhantomData)
    }
}

impl<'a, T: ViewOf<'a, Weight>> ViewPart for Part<'_, T> {
    type View = T;
}

impl<'a, T: ViewOf<'a, Weight>> ViewPart for Part<'_, [T]> {
    type View = T;
}

/// A part that is a parameter: an element of it is a weight.
pub trait ParameterPart {
    /// Its view.
    type Parameter;

    /// What an element of it holds.
    fn element_held(&self) -> Weights<Self::Parameter> {
        Weights(PhantomData)
    }
}

impl<'a, const R: usize, const C: usize, E: Element> ParameterPart for Part<'_, MatrixView<'a, R, C, E>> {
    type Parameter = MatrixView<'a, R, C, E>;
}

impl<'a, const N: usize, E: Element> ParameterPart for Part<'_, VectorView<'a, N, E>> {
    type Parameter = VectorView<'a, N, E>;
}

/// A part behind a reference.
pub trait BehindReference {
    /// The part, in use.
    type Part;

    /// The part without the reference.
    fn behind(&self) -> Self::Part;
}

impl<'p, T: ?Sized> BehindReference for Part<'p, &T> {
    type Part = Part<'p, T>;

    #[inline]
    fn behind(&self) -> Part<'p, T> {
        Part(self.0)
    }
}

/// A part that is behind no reference.
pub trait Itself<'p> {
    /// What it is.
    type Type: ?Sized;

    /// The part.
    fn behind(&self) -> Part<'p, Self::Type>;
}

impl<'p, T: ?Sized> Itself<'p> for &Part<'p, T> {
    type Type = T;

    #[inline]
    fn behind(&self) -> Part<'p, T> {
        Part(self.0)
    }
}

/// Any other part.
pub trait AnyPart {
    /// Nothing.
    #[inline]
    fn held(&self) -> NoWeights {
        NoWeights
    }

    /// Nothing.
    #[inline]
    fn element_held(&self) -> NoWeights {
        NoWeights
    }
}

impl<T: ?Sized> AnyPart for &Part<'_, T> {}
