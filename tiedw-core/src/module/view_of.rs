//! From a view back to the module it shows: what a tie compares, and what its errors name.

use super::{Module, Role};

/// A view, and the module that it is a view of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no module and no parameter, so nothing can be tied to it",
    label = "not a module"
)]
pub trait ViewOf<'a, R: Role>: Clone {
    /// The module, with all its parameters its own.
    type Module: Module<View<'a, R> = Self>;
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
    fn fill<'a, R: Role>(source: Self::View<'a, R>) -> Hole::View<'a, R>;
}

impl<M: Module> Fills<M> for M {
    #[inline]
    fn fill<'a, R: Role>(source: M::View<'a, R>) -> M::View<'a, R> {
        source
    }
}
