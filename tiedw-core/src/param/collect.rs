//! Where the cotangent of a parameter that a body uses as a value goes.

use super::{Matrix, MatrixView, Vector, VectorView};
use crate::module::Gradient;
use crate::{Element, NoGradient};

/// A place in a gradient's view that takes a cotangent of type `C`.
#[diagnostic::on_unimplemented(
    message = "a part of the module is used as a value here, and its gradient has no place",
    label = "`{Self}` takes no cotangent of type `{C}`"
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

impl<T: ?Sized> Collect<NoGradient> for T {
    fn collect(&self, _: NoGradient) {}
}

/// A number in a skipped field is a constant.
impl<E: Element> Collect<E> for E {
    fn collect(&self, _: E) {}
}

/// Adds a cotangent, if there is one, to its place.
#[inline]
pub fn collect<C, P: Collect<C> + ?Sized>(place: &P, cotangent: Option<C>) {
    if let Some(cotangent) = cotangent {
        place.collect(cotangent);
    }
}
