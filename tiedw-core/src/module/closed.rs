use super::{Gradient, Module, Role, Weight};

/// A module without open ties.
///
/// The derive implements it. A module with a bare `#[tie]` is not closed until a struct that contains it
/// closes it with `#[tie(weight = source)]`.
///
/// ```
/// use tiedw_core::{Closed, Module, layers::Linear};
///
/// fn trains_alone<M: Module + Closed>(module: &M) -> usize {
///     module.view(); // needs `Closed`
///     module.num_parameters()
/// }
/// // A `Linear<2, 1, Tied>`, whose weight is not borrowed from anywhere, would not compile here.
/// let layer = Linear::<2, 1> { weight: [[1.0, 2.0]].into(), bias: [0.0].into() };
/// assert_eq!(trains_alone(&layer), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has an open tie, and nothing closes it",
    label = "this borrows a weight that no tie names",
    note = "write `#[tie(source)]` or `#[tie(weight = source)]` on the field that holds it, \
            or bare `#[tie]` to leave the tie open for the struct that contains this one",
    note = "if a tie is written, it holds in methods under `#[differentiable]`, where `self` has all weights in place"
)]
// Not a subtrait of `Module`: with a bound `Net<D>: Closed`, rustc would then use the bound for `Net<D>:
// Module`, too, and no longer normalize the view of `Net<D>` from the impl.
pub trait Closed {
    /// Returns ties that borrow nothing.
    fn no_ties<'a, Use: Role>() -> Self::Ties<'a, Use>
    where
        Self: Module;

    /// Calls [`Module::bind`] with [`no_ties`](Closed::no_ties).
    #[doc(hidden)]
    #[inline]
    fn bind_closed<'a>(&'a self) -> Self::View<'a, Weight>
    where
        Self: Module,
    {
        self.bind(Self::no_ties())
    }

    /// Calls [`Module::bind_mut`] with [`no_ties`](Closed::no_ties).
    #[doc(hidden)]
    #[inline]
    fn bind_closed_mut<'a>(&'a mut self) -> Self::View<'a, Gradient>
    where
        Self: Module,
    {
        self.bind_mut(Self::no_ties())
    }
}
