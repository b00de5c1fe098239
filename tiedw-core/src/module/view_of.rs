//! From a view back to the module it shows: what a tie compares, and what its errors name.

use std::marker::PhantomData;

use super::{Module, Role, Tied};

/// A view, and the module that it is a view of.
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
pub trait ViewOf<'a, R: Role>: Clone {
    /// The module, with all its parameters its own.
    type Module: Module<View<'a, R> = Self>;

    /// The view as what a tie borrows.
    #[doc(hidden)]
    #[inline]
    fn source(&self) -> Source<'a, R, Self::Module> {
        Source(self.clone())
    }

    /// The view, to which nothing is added.
    #[doc(hidden)]
    fn freeze(self) -> Self;
}

/// What a tie borrows: a view of an `M`.
pub struct Source<'a, R: Role, M: Module>(M::View<'a, R>);

/// What a tie fills: a hole for a view of an `M`.
pub struct Wanted<M>(PhantomData<fn() -> M>);

impl<M> Wanted<M> {
    /// A hole.
    pub(super) const fn new() -> Self {
        Wanted(PhantomData)
    }
}

/// Says that a tie to `Self` can fill a hole of type `Hole`: that the two are the same type.
#[diagnostic::on_unimplemented(
    message = "a tie to `{Self}` cannot fill a hole of type `{Hole}`",
    label = "this is a `{Self}`, the tied field wants a `{Hole}`",
    note = "a tie's source has exactly the type of what it fills; for the other orientation of a matrix, \
            add or leave out `.t()`"
)]
pub trait Fills<Hole: Module>: Module {
    /// The same view, by its other name.
    fn fill<'a, R: Role>(source: Source<'a, R, Self>, hole: Wanted<Hole>) -> Hole::View<'a, R>;
}

#[diagnostic::do_not_recommend]
impl<M: Module> Fills<M> for M {
    #[inline]
    fn fill<'a, R: Role>(source: Source<'a, R, M>, _: Wanted<M>) -> M::View<'a, R> {
        source.0
    }
}

// With one impl alone the compiler would take the hole for an `M` before it looks, and report that in its own words.
#[diagnostic::do_not_recommend]
impl<M: Module> Fills<Tied<M>> for M {
    #[inline]
    fn fill<'a, R: Role>(source: Source<'a, R, M>, _: Wanted<Tied<M>>) -> M::View<'a, R> {
        source.0
    }
}
