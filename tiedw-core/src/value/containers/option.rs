//! `Option` and `Result`: the cotangent is that of what is inside. Of `None` and `Err` there is never one.

use crate::value::{Discrete, Value, fingerprint};

impl<T: Value> Value for Option<T> {
    type Owned = Self;
    type Cotangent = T::Cotangent;

    #[inline]
    fn by_ref(&self) -> &Self {
        self
    }
    #[inline]
    #[track_caller]
    fn detach(&mut self) {
        if let Some(value) = self {
            value.detach();
        }
    }
    #[inline]
    fn has_tangents(&self) -> bool {
        self.as_ref().is_some_and(T::has_tangents)
    }
    #[inline]
    fn fingerprint(&self) -> u64 {
        fingerprint::of(self.iter().map(T::fingerprint))
    }
}

impl<T: Discrete> Discrete for Option<T> {}

impl<T: Value, E> Value for Result<T, E> {
    type Owned = Self;
    type Cotangent = T::Cotangent;

    #[inline]
    fn by_ref(&self) -> &Self {
        self
    }
    #[inline]
    #[track_caller]
    fn detach(&mut self) {
        if let Ok(value) = self {
            value.detach();
        }
    }
    #[inline]
    fn has_tangents(&self) -> bool {
        self.as_ref().is_ok_and(T::has_tangents)
    }
    #[inline]
    fn fingerprint(&self) -> u64 {
        fingerprint::of(self.iter().map(T::fingerprint))
    }
}

impl<T: Discrete, E: Discrete> Discrete for Result<T, E> {}

/// What is held by an error, which must be no value that carries a gradient.
#[derive(Debug)]
pub struct ErrorOf<'e, E>(pub &'e E);

/// An error that is a value.
pub trait HeldValue {
    /// The value.
    type Held;

    /// Returns it.
    fn held(&self) -> &Self::Held;
}

impl<E: Value> HeldValue for &ErrorOf<'_, E> {
    type Held = E;

    #[inline]
    fn held(&self) -> &E {
        self.0
    }
}

/// Any other error.
pub trait HeldAny {
    /// Returns nothing.
    #[inline]
    fn held(&self) -> &() {
        &()
    }
}

impl<E> HeldAny for ErrorOf<'_, E> {}
