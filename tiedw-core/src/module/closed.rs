use super::{Gradient, Module, Role, Weight};

/// A module with no open tie.
///
/// Implemented by the derive; a module with a bare `#[tie]` is not closed until a struct around it fills the
/// hole with `#[tie(hole = source)]`.
///
/// ```
/// use tiedw_core::{Closed, Module, layers::Linear};
///
/// fn trains_alone<M: Module + Closed>(module: &M) -> usize {
///     module.view(); // needs `Closed`
///     module.num_parameters()
/// }
/// // A `Linear<2, 1, Tied>`, whose weight nobody lends, would not compile here.
/// let layer = Linear::<2, 1> { weight: [[1.0, 2.0]].into(), bias: [0.0].into() };
/// assert_eq!(trains_alone(&layer), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has an open tie: nothing fills it",
    label = "this borrows a weight that nobody lends",
    note = "write `#[tie(source)]` or `#[tie(hole = source)]` on the field that holds it, \
            or bare `#[tie]` to leave the hole to whoever holds the struct"
)]
// Not a subtrait of `Module`: a bound `Net<D>: Closed` would then stand for `Net<D>: Module` too, and rustc would
// no longer look into the impl to see what the view of `Net<D>` is.
pub trait Closed {
    /// Ties that borrow nothing.
    fn no_ties<'a, R: Role>() -> Self::Ties<'a, R>
    where
        Self: Module;

    /// [`Module::bind`] with these.
    #[doc(hidden)]
    #[inline]
    fn bind_closed<'a>(&'a self) -> Self::View<'a, Weight>
    where
        Self: Module,
    {
        self.bind(Self::no_ties())
    }

    /// [`Module::bind_mut`] with these.
    #[doc(hidden)]
    #[inline]
    fn bind_closed_mut<'a>(&'a mut self) -> Self::View<'a, Gradient>
    where
        Self: Module,
    {
        self.bind_mut(Self::no_ties())
    }
}
