//! What `Option` and `Result` have in common, for the methods that both have.

use std::marker::PhantomData;

use crate::value::{Discrete, NoGradient, Value, value};

/// An `Option` or a `Result`, of kind `K` and with `T` inside. They are parameters, which have no type where the trait is not
/// implemented, so that rustc reports nothing that follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither `Option` nor `Result`",
    label = "a method of `Option` and `Result` is called here",
    note = "of a tensor, write operators and methods, as in `(x * 2.0).exp()`, or an operation of your own by `map_with_slope`; of \
            an array or another list, map the items of `iter()`; for a type of your own, write the method and its companion"
)]
pub trait Present<K: Kind, T> {
    /// Returns which of the two it is, and what is inside or else the error.
    fn split(self) -> (K, Result<T, K::Error>);
}

/// An `Option` or a `Result` that is made of what is inside.
pub trait MadeOf<T> {
    /// `Some` or `Ok`.
    fn made_of(inside: T) -> Self;
}

impl<T> MadeOf<T> for Option<T> {
    #[inline]
    fn made_of(inside: T) -> Self {
        Some(inside)
    }
}

impl<T, E> MadeOf<T> for Result<T, E> {
    #[inline]
    fn made_of(inside: T) -> Self {
        Ok(inside)
    }
}

/// Returns which of the two an option is, and what is inside or else the error, where that carries no gradient.
#[inline]
pub fn split<K: Kind, T>(option: impl Present<K, T>) -> (K, Result<T, K::Error>) {
    option.split()
}

/// Returns what is inside as `Some` or `Ok`.
#[inline]
pub fn present<T, P: MadeOf<T>>(inside: T) -> P {
    P::made_of(inside)
}

/// Which of `Option` and `Result` a value is.
pub trait Kind: Copy {
    /// The error; that of an `Option` is `()`.
    type Error;
    /// The type with `T` inside.
    type Of<T>;

    /// `Some` or `Ok`.
    fn with<T>(self, value: T) -> Self::Of<T>;

    /// `None` or `Err`.
    fn without<T>(self, error: Self::Error) -> Self::Of<T>;
}

/// The kind of `Option`.
#[derive(Clone, Copy, Debug)]
pub struct OptionKind;

/// The kind of `Result`, with errors of type `E`.
#[derive(Debug)]
pub struct ResultKind<E>(PhantomData<fn() -> E>);

impl<E> Clone for ResultKind<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for ResultKind<E> {}

value!(impl[] OptionKind, NoGradient);
value!(impl[E] ResultKind<E>, NoGradient);
impl Discrete for OptionKind {}
impl<E> Discrete for ResultKind<E> {}

impl Kind for OptionKind {
    type Error = ();
    type Of<T> = Option<T>;

    #[inline]
    fn with<T>(self, value: T) -> Option<T> {
        Some(value)
    }

    #[inline]
    fn without<T>(self, (): ()) -> Option<T> {
        None
    }
}

impl<E> Kind for ResultKind<E> {
    type Error = E;
    type Of<T> = Result<T, E>;

    #[inline]
    fn with<T>(self, value: T) -> Result<T, E> {
        Ok(value)
    }

    #[inline]
    fn without<T>(self, error: E) -> Result<T, E> {
        Err(error)
    }
}

#[diagnostic::do_not_recommend]
impl<T> Present<OptionKind, T> for Option<T> {
    #[inline]
    fn split(self) -> (OptionKind, Result<T, ()>) {
        (OptionKind, self.ok_or(()))
    }
}

#[diagnostic::do_not_recommend]
impl<T, E> Present<ResultKind<E>, T> for Result<T, E> {
    #[inline]
    fn split(self) -> (ResultKind<E>, Result<T, E>) {
        (ResultKind(PhantomData), self)
    }
}

/// A method of an `Option` that is `Copy`, behind a reference.
#[diagnostic::do_not_recommend]
impl<T: Copy> Present<OptionKind, T> for &Option<T> {
    #[inline]
    fn split(self) -> (OptionKind, Result<T, ()>) {
        Present::split(*self)
    }
}

/// A method of a `Result` that is `Copy`, behind a reference.
#[diagnostic::do_not_recommend]
impl<T: Copy, E: Copy> Present<ResultKind<E>, T> for &Result<T, E> {
    #[inline]
    fn split(self) -> (ResultKind<E>, Result<T, E>) {
        Present::split(*self)
    }
}

/// Returns a value of this type with something inside.
#[inline]
pub fn with<K: Kind, T>(kind: K, value: T) -> K::Of<T> {
    kind.with(value)
}

/// Returns a value of this type with nothing but an error inside.
#[inline]
pub fn without<K: Kind, T>(kind: K, error: K::Error) -> K::Of<T> {
    kind.without(error)
}
