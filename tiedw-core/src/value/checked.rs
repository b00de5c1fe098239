//! Types that are errors where a body has a mistake.

/// What is known of a body: a constant that cannot be computed where the body has a mistake, and is 0 where it has none.
#[derive(Debug)]
pub struct Body<const MISTAKES: usize>;

/// The type `T`, where a body has no mistake.
pub trait Checked<T> {
    /// `T`.
    type Type;

    /// The value.
    fn same(value: T) -> Self::Type;
}

impl<T> Checked<T> for Body<0> {
    type Type = T;

    #[inline]
    fn same(value: T) -> T {
        value
    }
}

impl<const MISTAKES: usize> Body<MISTAKES> {
    /// The value.
    #[inline]
    pub fn value<T>(value: T) -> <Self as Checked<T>>::Type
    where
        Self: Checked<T>,
    {
        Self::same(value)
    }
}
