//! What a checkpoint keeps: copies of what its code uses.
//!
//! `(&&&&&&KeepOf(&name)).keep()` resolves to the first of [`KeepList`], [`KeepLent`], [`KeepReference`], [`KeepBorrowed`],
//! [`KeepOwned`] or `KeepRandom`, and [`KeepOther`] that fits. What is kept has no lifetime of a reference, which a pullback cannot have
//! either.
//!
//! Each step has one trait with several impls, other than the one for random numbers, which has no types in common with
//! [`KeepOwned`]. After a mistake in the body, its types are error types, to which all impls apply: with two traits, rustc
//! would report that the call is ambiguous.

use rand::Rng;

use super::Value;

macro_rules! kept {
    ($([$($generics:tt)*] $kept:ty => $held:ty, $this:ident => $value:expr;)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($generics)*> KeptCopy for $kept {
                type Itself = Self;
                type Held<'k>
                    = $held
                where
                    Self: 'k;

                #[inline]
                fn itself(self) -> Self {
                    self
                }

                #[inline]
                fn held(&mut self) -> Self::Held<'_> {
                    let $this = self;
                    $value
                }
            }
        )+
    };
}

mod generator;
mod lent;

use generator::Numbers;
use lent::{Behind, BehindSlice, Lent, LentPart, Restore};

/// A name that the code of a checkpoint uses.
#[derive(Debug)]
pub struct KeepOf<'n, T>(pub &'n T);

/// What is kept for a name.
#[diagnostic::on_unimplemented(
    message = "a `#[checkpoint]` keeps copies of what it uses, and this has no `Clone`",
    label = "cannot be cloned"
)]
pub trait KeptCopy: Sized {
    /// This type.
    type Itself;

    /// Returns it.
    fn itself(self) -> Self::Itself;

    /// What the name borrows when the code runs again.
    type Held<'k>: Held
    where
        Self: 'k;

    /// Returns it.
    fn held(&mut self) -> Self::Held<'_>;
}

/// What a name borrows when the code runs again.
pub trait Held {
    /// The type of the name.
    type Again<'h>
    where
        Self: 'h;

    /// Returns the value with which the code runs again.
    fn again(&mut self) -> Self::Again<'_>;
}

/// The value itself.
#[derive(Debug)]
pub struct Now<A>(Option<A>);

impl<A> Now<A> {
    pub(crate) fn new(value: A) -> Self {
        Now(Some(value))
    }
}

impl<A> Held for Now<A> {
    type Again<'h>
        = A
    where
        A: 'h;

    #[inline]
    fn again(&mut self) -> A {
        self.0.take().expect("a checkpoint runs again once")
    }
}

/// A copy of a value.
#[derive(Clone, Debug)]
pub struct Owned<T>(Option<T>);

/// A copy of what a shared reference points to.
#[derive(Clone, Debug)]
pub struct Shared<T>(T);

/// A copy of a slice.
#[derive(Clone, Debug)]
pub struct Slice<T>(Vec<T>);

/// A copy of text.
#[derive(Clone, Debug)]
pub struct Text(String);

/// A copy of what a mutable reference pointed to, before the code ran.
#[derive(Clone, Debug)]
pub struct Mutable<T>(T);

/// A copy of what a mutable slice contained, before the code ran.
#[derive(Clone, Debug)]
pub struct MutableSlice<T>(Vec<T>);

kept! {
    [T] Owned<T> => Now<T>, this => Now::new(this.0.take().expect("a checkpoint runs again once"));
    [T] Shared<T> => Now<&'k T>, this => Now::new(&this.0);
    [T] Slice<T> => Now<&'k [T]>, this => Now::new(&this.0);
    [] Text => Now<&'k str>, this => Now::new(&this.0);
    [T] Mutable<T> => Now<&'k mut T>, this => Now::new(&mut this.0);
    [T] MutableSlice<T> => Now<&'k mut [T]>, this => Now::new(&mut this.0);
    [K: Restore] Restored<K> => Now<K::Again<'k>>, this => Now::new(this.0.restore());
}

/// Defines a trait with the method `keep`, and its impls for names of several types.
macro_rules! keep {
    ($(#[$doc:meta])* $name:ident {
        $([$($generics:tt)*] $type:ty => $kept:ty, $value:ident => $copy:expr;)+
    }) => {
        $(#[$doc])*
        pub trait $name {
            /// What is kept.
            type Kept;

            /// Keeps a copy.
            fn keep(&self) -> Self::Kept;
        }

        $(
            impl<$($generics)*> $name for $type {
                type Kept = $kept;

                #[inline]
                fn keep(&self) -> $kept {
                    let $value = self.0;
                    $copy
                }
            }
        )+
    };
}

keep! {
    /// A list or an option of values. An element type that is not known yet is one of these.
    KeepList {
        [T: Value<Owned = T> + Clone] &&&&&KeepOf<'_, Option<T>> => Owned<Option<T>>, name => Owned(Some(name.clone()));
        [T: Value<Owned = T> + Clone] &&&&&KeepOf<'_, Vec<T>> => Owned<Vec<T>>, name => Owned(Some(name.clone()));
        [T: Value<Owned = T> + Clone] &&&&&KeepOf<'_, &Option<T>> => Shared<Option<T>>, name => Shared((*name).clone());
        [T: Value<Owned = T> + Clone] &&&&&KeepOf<'_, &Vec<T>> => Shared<Vec<T>>, name => Shared((*name).clone());
    }
}

keep! {
    /// What contains references: they point to copies.
    KeepLent {
        [R: Lent] &&&&KeepOf<'_, Option<R>> => Restored<Option<R::Kept>>, name => Restored(name.kept());
        [R: Lent] &&&&KeepOf<'_, Vec<R>> => Restored<Vec<R::Kept>>, name => Restored(name.kept());
        [R: Lent, const N: usize] &&&&KeepOf<'_, [R; N]> => Restored<[R::Kept; N]>, name => Restored(name.kept());
        [A: LentPart, B: LentPart] &&&&KeepOf<'_, (A, B)> => Restored<(A::Kept, B::Kept)>, name => Restored(name.kept());
        [A: LentPart, B: LentPart, C: LentPart] &&&&KeepOf<'_, (A, B, C)> => Restored<(A::Kept, B::Kept, C::Kept)>,
            name => Restored(name.kept());
        [R: Lent] &&&&KeepOf<'_, &R> => Behind<R::Kept>, name => Behind::new((*name).kept());
        [R: Lent] &&&&KeepOf<'_, &[R]> => BehindSlice<R::Kept>, name => BehindSlice::new(name);
    }
}

keep! {
    /// A reference to a value that can be cloned.
    KeepReference {
        [T: Clone] &&&KeepOf<'_, &T> => Shared<T>, name => Shared((*name).clone());
        [T: Clone] &&&KeepOf<'_, &[T]> => Slice<T>, name => Slice(name.to_vec());
        [] &&&KeepOf<'_, &str> => Text, name => Text((*name).to_owned());
        [T: Clone] &&&KeepOf<'_, &mut T> => Mutable<T>, name => Mutable((**name).clone());
        [T: Clone] &&&KeepOf<'_, &mut [T]> => MutableSlice<T>, name => MutableSlice(name.to_vec());
    }
}

keep! {
    /// A value that can be cloned.
    KeepOwned {
        [T: Clone] &KeepOf<'_, T> => Owned<T>, name => Owned(Some(name.clone()));
    }
}

keep! {
    /// A reference to what cannot be cloned: of a generator, its numbers are kept.
    KeepBorrowed {
        [R: Rng + ?Sized] &&KeepOf<'_, &mut R> => Numbers, _name => Numbers::default();
        [T: ?Sized] &&KeepOf<'_, &T> => Uncloned, _name => Uncloned;
    }
}

keep! {
    /// Anything else.
    KeepOther {
        [T] KeepOf<'_, T> => Uncloned, _name => Uncloned;
    }
}

/// What cannot be kept, which is a mistake.
#[derive(Debug)]
pub struct Uncloned;

/// What contains references, with copies in place of what they point to.
#[derive(Clone, Debug)]
pub struct Restored<K>(K);

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

impl<T> During<[T]> for MutableSlice<T> {
    type Guard<'r>
        = &'r mut [T]
    where
        T: 'r;

    #[inline]
    fn during<'r>(&'r mut self, name: &'r mut [T]) -> &'r mut [T] {
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
