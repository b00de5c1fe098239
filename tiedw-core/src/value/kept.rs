//! What the forward pass keeps for the backward pass.

use std::marker::PhantomData;

use super::Value;

/// The type of a value's cotangent, kept from the forward pass for the backward pass.
#[derive(Debug)]
pub struct Slot<C>(PhantomData<fn() -> C>);

impl<C> Clone for Slot<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Slot<C> {}

impl<C> Slot<C> {
    /// No cotangent yet.
    #[inline]
    pub fn empty(self) -> Option<C> {
        None
    }

    /// A cotangent of this type.
    #[inline]
    pub fn typed(self, cotangent: Option<C>) -> Option<C> {
        cotangent
    }
}

/// The slot of a value.
#[inline]
pub fn slot<V: Value + ?Sized>(_: &V) -> Slot<V::Cotangent> {
    Slot(PhantomData)
}

/// What one of several branches keeps for the backward pass.
#[derive(Clone, Copy, Debug)]
pub enum Either<L, R> {
    /// The first branch ran.
    Left(L),
    /// A later one ran.
    Right(R),
}

/// Runs a segment of a backward pass as a function of its own.
#[inline(never)]
pub fn apart<G, W, C, R>(segment: impl FnOnce(G, W, C) -> R, gradient: G, wanted: W, cotangents: C) -> R {
    segment(gradient, wanted, cotangents)
}
