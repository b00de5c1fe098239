//! What a checkpoint keeps: copies of what its code uses.
//!
//! `(&&KeepOf(&name)).keep()` resolves to [`KeepShared`] and [`KeepMutable`] for references to a value that can be
//! cloned, and otherwise to [`KeepOwned`] for such a value, and to `KeepRandom` for a source of random numbers, whose numbers
//! are recorded. What is kept has no lifetime of a reference, which a pullback cannot have either.

/// A name that the code of a checkpoint uses.
#[derive(Debug)]
pub struct KeepOf<'n, T>(pub &'n T);

/// What is kept for a name.
pub trait Kept {
    /// The type of the name when the code runs again.
    type Again<'k>
    where
        Self: 'k;

    /// Returns the value with which the code runs again.
    fn again(&mut self) -> Self::Again<'_>;
}

/// A copy of a value.
#[derive(Clone, Debug)]
pub struct Owned<T>(Option<T>);

/// A copy of what a shared reference points to.
#[derive(Clone, Debug)]
pub struct Shared<T>(T);

/// A copy of what a mutable reference pointed to, before the code ran.
#[derive(Clone, Debug)]
pub struct Mutable<T>(T);

impl<T> Kept for Owned<T> {
    type Again<'k>
        = T
    where
        T: 'k;

    #[inline]
    fn again(&mut self) -> T {
        self.0.take().expect("a checkpoint runs again once")
    }
}

impl<T> Kept for Shared<T> {
    type Again<'k>
        = &'k T
    where
        T: 'k;

    #[inline]
    fn again(&mut self) -> &T {
        &self.0
    }
}

impl<T> Kept for Mutable<T> {
    type Again<'k>
        = &'k mut T
    where
        T: 'k;

    #[inline]
    fn again(&mut self) -> &mut T {
        &mut self.0
    }
}

/// A value that can be cloned.
pub trait KeepOwned {
    /// What is kept.
    type Kept;

    /// Keeps a copy.
    fn keep(&self) -> Self::Kept;
}

impl<T: Clone> KeepOwned for KeepOf<'_, T> {
    type Kept = Owned<T>;

    #[inline]
    fn keep(&self) -> Owned<T> {
        Owned(Some(self.0.clone()))
    }
}

/// A shared reference to such a value.
pub trait KeepShared {
    /// What is kept.
    type Kept;

    /// Keeps a copy.
    fn keep(&self) -> Self::Kept;
}

impl<T: Clone> KeepShared for &KeepOf<'_, &T> {
    type Kept = Shared<T>;

    #[inline]
    fn keep(&self) -> Shared<T> {
        Shared((*self.0).clone())
    }
}

/// A mutable reference to such a value.
pub trait KeepMutable {
    /// What is kept.
    type Kept;

    /// Keeps a copy.
    fn keep(&self) -> Self::Kept;
}

impl<T: Clone> KeepMutable for &KeepOf<'_, &mut T> {
    type Kept = Mutable<T>;

    #[inline]
    fn keep(&self) -> Mutable<T> {
        Mutable((**self.0).clone())
    }
}

/// What stands for a mutable reference while the code of a checkpoint runs for the first time.
pub trait During<T: ?Sized> {
    /// It.
    type Guard<'r>
    where
        Self: 'r,
        T: 'r;

    /// Returns it.
    fn during<'r>(&'r mut self, name: &'r mut T) -> Self::Guard<'r>;
}

impl<T> During<T> for Mutable<T> {
    type Guard<'r>
        = &'r mut T
    where
        T: 'r;

    #[inline]
    fn during<'r>(&'r mut self, name: &'r mut T) -> &'r mut T {
        name
    }
}

/// The mutable reference that code uses.
pub trait Named {
    /// What it refers to.
    type Target: ?Sized;

    /// Returns it.
    fn named(&mut self) -> &mut Self::Target;
}

impl<T: ?Sized> Named for &mut T {
    type Target = T;

    #[inline]
    fn named(&mut self) -> &mut T {
        self
    }
}
