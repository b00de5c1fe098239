//! What generated code calls where control flow leaves a body or a block.

use std::convert::Infallible;

use super::Slot;

/// Returns the value that was given to what was left.
///
/// # Panics
/// If there is none, which generated code rules out.
#[inline]
#[track_caller]
pub fn found<T>(value: Option<T>) -> T {
    value.expect("each way out of a block gives it a value")
}

/// An empty cotangent of a value that the forward pass may not have reached.
#[inline]
pub fn no_cotangent<C>(_: Option<Slot<C>>) -> Option<C> {
    None
}

/// What `?` is applied to.
#[diagnostic::on_unimplemented(
    message = "`?` needs an `Option` or a `Result`, and this is `{Self}`",
    label = "neither `Option` nor `Result`"
)]
pub trait Question {
    /// The value, if it is there.
    type There;
    /// What is returned otherwise.
    type Residual;

    /// Returns the value, or what is returned without it.
    fn question(self) -> Result<Self::There, Self::Residual>;
}

impl<T> Question for Option<T> {
    type There = T;
    type Residual = Option<Infallible>;

    #[inline]
    fn question(self) -> Result<T, Self::Residual> {
        self.ok_or(None)
    }
}

impl<T, E> Question for Result<T, E> {
    type There = T;
    type Residual = Result<Infallible, E>;

    #[inline]
    fn question(self) -> Result<T, Self::Residual> {
        self.map_err(Err)
    }
}

/// [`Question::question`].
#[inline]
pub fn question<Q: Question>(value: Q) -> Result<Q::There, Q::Residual> {
    value.question()
}

/// A type that a body with `?` can return.
#[diagnostic::on_unimplemented(
    message = "`?` returns early, and this method cannot return its `{R}`",
    label = "a method with `?` returns `Option` or `Result`"
)]
pub trait Returned<R> {
    /// The result of the body.
    fn from_residual(residual: R) -> Self;
}

impl<T> Returned<Option<Infallible>> for Option<T> {
    #[inline]
    fn from_residual(_: Option<Infallible>) -> Self {
        None
    }
}

impl<T, E: From<F>, F> Returned<Result<Infallible, F>> for Result<T, E> {
    #[inline]
    fn from_residual(residual: Result<Infallible, F>) -> Self {
        match residual {
            Err(error) => Err(E::from(error)),
        }
    }
}

/// The result of a body whose `?` found no value.
#[inline]
pub fn returned_residual<R, T: Returned<R>>(residual: R) -> T {
    T::from_residual(residual)
}
