//! Where the cotangent of a parameter that a body uses as a value goes.

use super::{Matrix, MatrixView, Vector, VectorView};
use crate::Element;
use crate::module::{Gradient, ViewOf};

/// A place in a gradient's view that takes a cotangent of type `C`.
#[diagnostic::on_unimplemented(
    message = "a part of the module is used as a value here, and its gradient has no place",
    label = "`{Self}` takes no cotangent of type `{C}`",
    note = "what takes an argument marked `#[constant]` passes no gradient on: cut it with `stop_gradient(..)` there"
)]
pub trait Collect<C> {
    /// Adds the cotangent.
    fn collect(&self, cotangent: C);
}

impl<const R: usize, const C: usize, E: Element> Collect<Matrix<R, C, E>>
    for MatrixView<'_, R, C, E, Gradient>
{
    fn collect(&self, cotangent: Matrix<R, C, E>) {
        for row in 0..R {
            for column in 0..C {
                self.add((row, column), cotangent[(row, column)]);
            }
        }
    }
}

impl<const N: usize, E: Element> Collect<Vector<N, E>> for VectorView<'_, N, E, Gradient> {
    fn collect(&self, cotangent: Vector<N, E>) {
        self.add_rows(cotangent.as_slice());
    }
}

/// No cotangent. With one impl alone the compiler would take any other cotangent for a mistake in the type of an
/// argument, and report that in its own words.
#[derive(Debug)]
pub enum Unknown {}

impl<const R: usize, const C: usize, E: Element> Collect<Unknown> for MatrixView<'_, R, C, E, Gradient> {
    fn collect(&self, cotangent: Unknown) {
        match cotangent {}
    }
}

impl<const N: usize, E: Element> Collect<Unknown> for VectorView<'_, N, E, Gradient> {
    fn collect(&self, cotangent: Unknown) {
        match cotangent {}
    }
}

/// A place in a gradient's view.
///
/// `(&Place(&place)).collect(cotangent)` finds the method of [`ParameterPlace`] where the place is a parameter's or a
/// module's, and else that of [`ConstantPlace`], one reference further.
#[derive(Debug)]
pub struct Place<'p, T: ?Sized>(pub &'p T);

/// The place of weights: what arrives there is their cotangent.
pub trait ParameterPlace {
    /// The view.
    type View;

    /// Adds a cotangent, if there is one.
    fn collect<C>(&self, cotangent: Option<C>)
    where
        Self::View: Collect<C>;
}

impl<'a, V: ViewOf<'a, Gradient>> ParameterPlace for Place<'_, V> {
    type View = V;

    #[inline]
    fn collect<C>(&self, cotangent: Option<C>)
    where
        V: Collect<C>,
    {
        if let Some(cotangent) = cotangent {
            self.0.collect(cotangent);
        }
    }
}

/// The place of a skipped field, which is a constant.
pub trait ConstantPlace {
    /// Nothing.
    #[inline]
    fn collect<C>(&self, _: Option<C>) {}
}

impl<T: ?Sized> ConstantPlace for &Place<'_, T> {}
