//! The map from a view to its module, which ties compare and error messages name.

use std::marker::PhantomData;

use super::{Module, Role, Tied, Weight};

/// A view of a module.
///
/// ```
/// use tiedw_core::module::{ViewOf, Weight};
/// use tiedw_core::{Matrix, Module};
///
/// fn shape<'a, V: ViewOf<'a, Weight>>(_: V) -> Option<&'static [usize]> {
///     V::Module::SPEC.shape()
/// }
/// let weight = Matrix::<2, 3>::zeros();
/// assert_eq!(shape(weight.view().t()), Some(&[3, 2][..]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no module and no parameter, so nothing can be tied to it",
    label = "not a module"
)]
pub trait ViewOf<'a, Use: Role>: Clone {
    /// The module, with all parameters owned.
    type Module: Module<View<'a, Use> = Self>;

    /// Returns the view as the source of a tie.
    #[doc(hidden)]
    #[inline]
    fn source(&self) -> Source<'a, Use, Self::Module> {
        Source(self.clone())
    }

    /// Converts the view into one that receives no cotangents.
    #[doc(hidden)]
    fn freeze(self) -> Self;
}

/// The module of a view.
pub type ModuleOf<'a, V> = <V as ViewOf<'a, Weight>>::Module;

/// The source of a tie: a view of an `M`.
pub struct Source<'a, Use: Role, M: Module>(M::View<'a, Use>);

/// The hole that a tie fills: it accepts a view of an `M`.
pub struct Wanted<M>(PhantomData<fn() -> M>);

impl<'a, Use: Role, M: Module> Source<'a, Use, M> {
    #[inline]
    pub(super) fn into_view(self) -> M::View<'a, Use> {
        self.0
    }
}

impl<M> Wanted<M> {
    /// Creates the hole.
    pub(super) const fn new() -> Self {
        Wanted(PhantomData)
    }
}

/// A module to which a hole of type `Hole` can be tied: the two are the same type.
#[diagnostic::on_unimplemented(
    message = "a `{Hole}` cannot be tied to a `{Self}`",
    label = "this is a `{Self}`, the tied field wants a `{Hole}`",
    note = "a tie's source has exactly the type of the tied field; for the other orientation of a matrix, \
            add or leave out `.t()`; where one type has `DYN` and the other a number, write `.fixed()` after the source"
)]
pub trait Fills<Hole: Module>: Module {
    /// Returns the same view, with the type of the hole.
    fn fill<'a, Use: Role>(source: Source<'a, Use, Self>, hole: Wanted<Hole>) -> Hole::View<'a, Use>;
}

#[diagnostic::do_not_recommend]
impl<M: Module> Fills<M> for M {
    #[inline]
    fn fill<'a, Use: Role>(source: Source<'a, Use, M>, _: Wanted<M>) -> M::View<'a, Use> {
        source.0
    }
}

// With a single impl, the compiler would infer `Hole` from it, and report a mismatched type instead of the
// message above.
#[diagnostic::do_not_recommend]
impl<M: Module> Fills<Tied<M>> for M {
    #[inline]
    fn fill<'a, Use: Role>(source: Source<'a, Use, M>, _: Wanted<Tied<M>>) -> M::View<'a, Use> {
        source.0
    }
}
