//! Copies of what references inside of containers point to.

use super::{Held, KeptCopy, Shared, Slice, Text};
use crate::{AttentionMask, Dual, Element, Ids, Tensor};

/// A reference, or a container of references.
pub trait Lent {
    /// Copies in place of what the references point to.
    type Kept: Restore;

    /// Copies it.
    fn kept(&self) -> Self::Kept;
}

/// A part of a tuple that may contain references.
pub trait LentPart {
    /// Copies in place of what the references point to.
    type Kept: Restore;

    /// Copies it.
    fn part(&self) -> Self::Kept;
}

/// Copies in place of what references point to.
pub trait Restore {
    /// The container of references.
    type Again<'k>
    where
        Self: 'k;

    /// Returns the container, with references to the copies.
    fn restore(&self) -> Self::Again<'_>;
}

/// A part without references.
#[derive(Clone, Debug)]
pub struct Fixed<T>(T);

macro_rules! lent {
    ($([$($generics:tt)*] $type:ty => $kept:ty, $this:ident => $copy:expr;)+) => {
        $(
            impl<$($generics)*> Lent for $type {
                type Kept = $kept;

                #[inline]
                fn kept(&self) -> $kept {
                    let $this = self;
                    $copy
                }
            }

            impl<$($generics)*> LentPart for $type {
                type Kept = $kept;

                #[inline]
                fn part(&self) -> $kept {
                    self.kept()
                }
            }
        )+
    };
}
lent! {
    [T: Clone] &T => Shared<T>, this => Shared((*this).clone());
    [T: Clone] &[T] => Slice<T>, this => Slice(this.to_vec());
    [] &str => Text, this => Text((*this).to_owned());
    [R: Lent] Option<R> => Option<R::Kept>, this => this.as_ref().map(R::kept);
    [R: Lent] Vec<R> => Vec<R::Kept>, this => this.iter().map(R::kept).collect();
    [R: Lent, const N: usize] [R; N] => [R::Kept; N], this => this.each_ref().map(R::kept);
    [A: LentPart, B: LentPart] (A, B) => (A::Kept, B::Kept), this => (this.0.part(), this.1.part());
    [A: LentPart, B: LentPart, C: LentPart] (A, B, C) => (A::Kept, B::Kept, C::Kept),
        this => (this.0.part(), this.1.part(), this.2.part());
}

macro_rules! fixed {
    ($([$($generics:tt)*] $type:ty)+) => {
        $(
            impl<$($generics)*> LentPart for $type {
                type Kept = Fixed<Self>;

                #[inline]
                fn part(&self) -> Fixed<Self> {
                    Fixed(self.clone())
                }
            }
        )+
    };
}
fixed! {
    [const F: usize, E: Element] Tensor<F, E>
    [] AttentionMask
    [] Ids
    [] String
    [] bool
    [] char
    [] f32
    [] f64
    [E: Element] Dual<E>
    [] i8
    [] i16
    [] i32
    [] i64
    [] i128
    [] isize
    [] u8
    [] u16
    [] u32
    [] u64
    [] u128
    [] usize
}

macro_rules! restore {
    ($([$($generics:tt)*] $kept:ty => $again:ty, $this:ident => $value:expr;)+) => {
        $(
            impl<$($generics)*> Restore for $kept {
                type Again<'k>
                    = $again
                where
                    Self: 'k;

                #[inline]
                fn restore(&self) -> Self::Again<'_> {
                    let $this = self;
                    $value
                }
            }
        )+
    };
}
restore! {
    [T: Clone] Fixed<T> => T, this => this.0.clone();
    [T] Shared<T> => &'k T, this => &this.0;
    [T] Slice<T> => &'k [T], this => &this.0;
    [] Text => &'k str, this => &this.0;
    [K: Restore] Option<K> => Option<K::Again<'k>>, this => this.as_ref().map(K::restore);
    [K: Restore] Vec<K> => Vec<K::Again<'k>>, this => this.iter().map(K::restore).collect();
    [K: Restore, const N: usize] [K; N] => [K::Again<'k>; N], this => this.each_ref().map(K::restore);
    [A: Restore, B: Restore] (A, B) => (A::Again<'k>, B::Again<'k>), this => (this.0.restore(), this.1.restore());
    [A: Restore, B: Restore, C: Restore] (A, B, C) => (A::Again<'k>, B::Again<'k>, C::Again<'k>),
        this => (this.0.restore(), this.1.restore(), this.2.restore());
}

/// Copies in place of what references behind a reference point to.
#[derive(Clone, Debug)]
pub struct Behind<K>(K);

impl<K> Behind<K> {
    pub(super) fn new(kept: K) -> Self {
        Behind(kept)
    }
}

/// What a reference to a container of references points to.
#[derive(Debug)]
pub struct Lend<A>(A);

impl<A> Held for Lend<A> {
    type Again<'h>
        = &'h A
    where
        A: 'h;

    #[inline]
    fn again(&mut self) -> &A {
        &self.0
    }
}

/// Copies in place of what the references in a slice point to.
#[derive(Clone, Debug)]
pub struct BehindSlice<K>(Vec<K>);

impl<K> BehindSlice<K> {
    pub(super) fn new<R: Lent<Kept = K>>(slice: &[R]) -> Self {
        BehindSlice(slice.iter().map(R::kept).collect())
    }
}

/// What a slice of references points to.
#[derive(Debug)]
pub struct LendSlice<A>(Vec<A>);

impl<A> Held for LendSlice<A> {
    type Again<'h>
        = &'h [A]
    where
        A: 'h;

    #[inline]
    fn again(&mut self) -> &[A] {
        &self.0
    }
}

kept! {
    [K: Restore] Behind<K> => Lend<K::Again<'k>>, this => Lend(this.0.restore());
    [K: Restore] BehindSlice<K> => LendSlice<K::Again<'k>>, this => LendSlice(this.0.iter().map(K::restore).collect());
}
