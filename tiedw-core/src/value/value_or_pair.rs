//! What a closure returns to a function of another crate: a value, or a value and its pullback, whichever the function takes.

use super::Value;

/// A type that such a closure may return.
#[diagnostic::on_unimplemented(
    message = "this closure returns a value of type `{V}`, which is not what the function takes",
    label = "passed here"
)]
pub trait ValueOrPair<V, P> {
    /// Returns the value, with its pullback if there is a place for it.
    fn of(value: V, pullback: P) -> Self;
}

impl<V, P> ValueOrPair<V, P> for V {
    #[inline]
    fn of(value: V, _: P) -> Self {
        value
    }
}

impl<V, P> ValueOrPair<V, P> for (V, P) {
    #[inline]
    fn of(value: V, pullback: P) -> Self {
        (value, pullback)
    }
}

/// Returns a value, with its pullback if the type that is returned has a place for it.
#[inline]
pub fn value_or_pair<V, W, D, P, R>(value: V, pullback: P) -> R
where
    V: Value,
    P: FnOnce(V::Cotangent, W) -> D,
    R: ValueOrPair<V, P>,
{
    R::of(value, pullback)
}
