//! `Option` and `Result`: the cotangent is that of what is inside. Of `None` and `Err` there is never one.

use crate::value::{Discrete, Value};

impl<T: Value> Value for Option<T> {
    type Owned = Self;
    type Cotangent = T::Cotangent;

    #[inline]
    fn by_ref(&self) -> &Self {
        self
    }
}

impl<T: Discrete> Discrete for Option<T> {}

impl<T: Value, E: Discrete> Value for Result<T, E> {
    type Owned = Self;
    type Cotangent = T::Cotangent;

    #[inline]
    fn by_ref(&self) -> &Self {
        self
    }
}

impl<T: Discrete, E: Discrete> Discrete for Result<T, E> {}
