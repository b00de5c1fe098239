//! Types that are errors if a differentiated body has a mistake.

/// A body, with a constant that is 0 if it has no mistake, and otherwise fails to evaluate.
#[derive(Debug)]
pub struct Body<const MISTAKES: usize>;

/// Resolves to the type `T` if the body has no mistake.
pub trait Checked<T: ?Sized> {
    /// The type `T`.
    type Type: ?Sized;

    /// Returns the value.
    fn same(value: T) -> Self::Type
    where
        T: Sized,
        Self::Type: Sized;
}

impl<T: ?Sized> Checked<T> for Body<0> {
    type Type = T;

    #[inline]
    fn same(value: T) -> T
    where
        T: Sized,
    {
        value
    }
}

impl<const MISTAKES: usize> Body<MISTAKES> {
    /// Returns the value.
    #[inline]
    pub fn value<T>(value: T) -> <Self as Checked<T>>::Type
    where
        Self: Checked<T, Type: Sized>,
    {
        Self::same(value)
    }
}
