//! Whether a part of the module, used where no gradient passes, holds weights.
//!
//! `(&Part(&part)).assert_constant()` finds the method of [`ViewPart`] where the part is a view, which does not
//! compile, and else that of [`AnyPart`], one reference further, which does nothing.

use crate::Element;
use crate::module::{ViewOf, Weight};
use crate::param::{MatrixView, VectorView};

/// A part of the module in use.
#[derive(Debug)]
pub struct Part<'p, T>(pub &'p T);

/// What holds no weight.
#[diagnostic::on_unimplemented(
    message = "the gradient of this part of the module is lost here",
    label = "holds weights",
    note = "closures, casts, indices, arrays and macros within an expression pass no gradient on; use an operation \
            that has a companion `_vjp`, or cut the gradient with `stop_gradient(..)`"
)]
pub trait Weightless {}

/// A part that holds weights.
pub trait ViewPart {
    /// Its view.
    type View;

    /// Does not compile.
    fn assert_constant(&self)
    where
        Self::View: Weightless,
    {
    }
}

impl<'a, T: ViewOf<'a, Weight>> ViewPart for Part<'_, T> {
    type View = T;
}

/// A part that is a parameter: an element of it is a weight.
pub trait ParameterPart {
    /// Its view.
    type Parameter;

    /// Does not compile.
    fn assert_not_indexed(&self)
    where
        Self::Parameter: Weightless,
    {
    }
}

impl<'a, const R: usize, const C: usize, E: Element> ParameterPart for Part<'_, MatrixView<'a, R, C, E>> {
    type Parameter = MatrixView<'a, R, C, E>;
}

impl<'a, const N: usize, E: Element> ParameterPart for Part<'_, VectorView<'a, N, E>> {
    type Parameter = VectorView<'a, N, E>;
}

/// Any other part.
pub trait AnyPart {
    /// Compiles.
    #[inline]
    fn assert_constant(&self) {}

    /// Compiles.
    #[inline]
    fn assert_not_indexed(&self) {}
}

impl<T> AnyPart for &Part<'_, T> {}
