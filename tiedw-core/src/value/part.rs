//! Checks whether a part of the module that is used without differentiation holds weights.
//!
//! `(&Part(&part)).held()` resolves to [`ViewPart`] if the part is a view, and otherwise to [`AnyPart`],
//! which needs one more reference. `behind` is called first, once for each reference that the part may be
//! behind, and `inside` once for each of an option, a list and a pair that may hold it. The result is [`Weightless`] or not.

use std::marker::PhantomData;

use crate::Element;
use crate::module::{ViewOf, Weight};
use crate::param::{Matrix, MatrixView, Vector, VectorView};

/// A part of the module, wrapped for autoref specialization.
#[derive(Debug)]
pub struct Part<'p, T: ?Sized>(pub &'p T);

/// A part that holds no weights.
#[diagnostic::on_unimplemented(
    message = "the gradient of this part of the module is lost here",
    label = "holds weights",
    note = "closures, casts, indices, arrays and macros within an expression pass no gradient on; use an operation \
            that has a companion `_vjp`, or cut the gradient with `stop_gradient(..)`"
)]
pub trait Weightless {
    /// Does nothing; a call compiles only for parts without weights.
    #[doc(hidden)]
    #[inline]
    fn assert_weightless(&self) {}
}

/// A part whose elements are no weights: it is no parameter.
#[diagnostic::on_unimplemented(
    message = "the gradient of this element of a parameter is lost here",
    label = "element of a parameter",
    note = "`match`, casts to integers, macros, and closures that are passed on take `stop_gradient(..)` of it; if it is all that a \
            closure returns, of a module that is defined elsewhere, compute with it, as in `self.scale[0] * 1.0`"
)]
pub trait NoParameter {
    /// Does nothing; a call compiles only for a part that is no parameter.
    #[doc(hidden)]
    #[inline]
    fn assert_no_parameter(&self) {}
}

/// The weights of a part, which is of the module `M`.
#[derive(Debug)]
pub struct Weights<M>(PhantomData<M>);

/// No weights.
#[derive(Debug)]
pub struct NoWeights;

#[diagnostic::do_not_recommend]
impl Weightless for NoWeights {}

#[diagnostic::do_not_recommend]
impl NoParameter for NoWeights {}

/// A type with no values.
#[derive(Debug)]
pub enum Unknown {}

/// After another error in the body the weights have no known type. Without this impl the compiler would report
/// them as lost, too.
#[diagnostic::do_not_recommend]
impl Weightless for Weights<Unknown> {}

/// Likewise.
#[diagnostic::do_not_recommend]
impl NoParameter for Weights<Unknown> {}

/// A part that holds weights.
pub trait ViewPart<'a> {
    /// The module, whose name is the user's.
    type Module;

    /// Returns a marker of the weights.
    fn held(&self) -> Weights<Self::Module> {
        Weights(PhantomData)
    }
}

impl<'a, T: ViewOf<'a, Weight>> ViewPart<'a> for Part<'_, T> {
    type Module = T::Module;
}

impl<'a, T: ViewOf<'a, Weight>> ViewPart<'a> for Part<'_, [T]> {
    type Module = T::Module;
}

/// A part that a pattern takes apart, field by field. The pattern is one of the module.
pub trait ViewTakenApart<'a> {
    /// The module.
    type Module;

    /// Does nothing; a call compiles only for a pattern of the module.
    #[inline(always)]
    fn taken_apart(&self, _pattern: impl FnOnce(&Self::Module)) {}
}

impl<'a, T: ViewOf<'a, Weight>> ViewTakenApart<'a> for Part<'_, T> {
    type Module = T::Module;
}

/// Something else that a pattern takes apart.
pub trait TakenApart {
    /// Its type.
    type Type: ?Sized;

    /// Does nothing; a call compiles only for a pattern of the type.
    #[inline(always)]
    fn taken_apart(&self, _pattern: impl FnOnce(&Self::Type)) {}
}

impl<T: ?Sized> TakenApart for &Part<'_, T> {
    type Type = T;
}

/// A part that is a parameter, whose elements are weights.
pub trait ParameterPart {
    /// The parameter.
    type Parameter;

    /// Returns a marker of the weights of an element.
    fn element_held(&self) -> Weights<Self::Parameter> {
        Weights(PhantomData)
    }
}

impl<const R: usize, const C: usize, E: Element> ParameterPart for Part<'_, MatrixView<'_, R, C, E>> {
    type Parameter = Matrix<R, C, E>;
}

impl<const N: usize, E: Element> ParameterPart for Part<'_, VectorView<'_, N, E>> {
    type Parameter = Vector<N, E>;
}

/// A part behind a reference.
pub trait BehindReference {
    /// The wrapped part without the reference.
    type Part;

    /// Removes the reference.
    fn behind(&self) -> Self::Part;
}

impl<'p, T: ?Sized> BehindReference for Part<'p, &T> {
    type Part = Part<'p, T>;

    #[inline]
    fn behind(&self) -> Part<'p, T> {
        Part(self.0)
    }
}

/// A part that is not behind a reference.
pub trait Itself<'p> {
    /// The type of the part.
    type Type: ?Sized;

    /// Returns the part unchanged.
    fn behind(&self) -> Part<'p, Self::Type>;
}

impl<'p, T: ?Sized> Itself<'p> for &Part<'p, T> {
    type Type = T;

    #[inline]
    fn behind(&self) -> Part<'p, T> {
        Part(self.0)
    }
}

/// What holds parts, as what `get`, `first` and `split_first` return, or a list.
pub trait HoldsParts {
    /// The wrapped part.
    type Part;

    /// Returns the first part; only its type is of interest.
    fn inside(&self) -> Self::Part;
}

impl<'p, T> HoldsParts for Part<'p, Option<T>> {
    type Part = Part<'p, T>;

    fn inside(&self) -> Part<'p, T> {
        unreachable!("only checked")
    }
}

impl<'p, T> HoldsParts for Part<'p, [T]> {
    type Part = Part<'p, T>;

    fn inside(&self) -> Part<'p, T> {
        unreachable!("only checked")
    }
}

impl<'p, T, const N: usize> HoldsParts for Part<'p, [T; N]> {
    type Part = Part<'p, T>;

    fn inside(&self) -> Part<'p, T> {
        unreachable!("only checked")
    }
}

impl<'p, T> HoldsParts for Part<'p, Vec<T>> {
    type Part = Part<'p, T>;

    fn inside(&self) -> Part<'p, T> {
        unreachable!("only checked")
    }
}

impl<'p, T> HoldsParts for Part<'p, std::slice::Iter<'_, T>> {
    type Part = Part<'p, T>;

    fn inside(&self) -> Part<'p, T> {
        unreachable!("only checked")
    }
}

impl<'p, T, Rest> HoldsParts for Part<'p, (T, Rest)> {
    type Part = Part<'p, T>;

    fn inside(&self) -> Part<'p, T> {
        unreachable!("only checked")
    }
}

/// A part that holds no others.
pub trait HoldsNone<'p> {
    /// The type of the part.
    type Type: ?Sized;

    /// Returns the part unchanged.
    fn inside(&self) -> Part<'p, Self::Type>;
}

impl<'p, T: ?Sized> HoldsNone<'p> for &Part<'p, T> {
    type Type = T;

    #[inline]
    fn inside(&self) -> Part<'p, T> {
        Part(self.0)
    }
}

/// Any other part.
pub trait AnyPart {
    /// Returns the marker of no weights.
    #[inline]
    fn held(&self) -> NoWeights {
        NoWeights
    }

    /// Returns the marker of no weights.
    #[inline]
    fn element_held(&self) -> NoWeights {
        NoWeights
    }
}

impl<T: ?Sized> AnyPart for &Part<'_, T> {}
