//! What the forward pass keeps for the backward pass.

use std::marker::PhantomData;

use super::Value;
use crate::kernels::Stack;

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
    /// The slot of values with this cotangent.
    #[inline]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Slot(PhantomData)
    }

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
    Slot::new()
}

/// What one of several branches keeps for the backward pass.
#[derive(Clone, Copy, Debug)]
pub enum Either<L, R> {
    /// The first branch ran.
    Left(L),
    /// A later one ran.
    Right(R),
}

/// Held while an iteration of a loop runs, and given back at its end: an iteration that a macro leaves before keeps no
/// pullbacks, and does not compile.
#[derive(Debug)]
pub struct LoopWithoutBreakAndContinue(());

impl LoopWithoutBreakAndContinue {
    /// After the last one.
    #[inline]
    pub fn ended(self) {}
}

/// What the first iteration holds.
#[inline]
pub fn iteration() -> LoopWithoutBreakAndContinue {
    LoopWithoutBreakAndContinue(())
}

/// The pullback of a segment of a long body.
///
/// To be called and to be dropped it is a function of its own, so that the pullback of the whole body stays short.
pub struct Segment<F>(Stack<F>);

impl<F> Segment<F> {
    /// The segment whose pullback this is.
    #[inline]
    pub fn new(pullback: F) -> Self {
        let mut one = Stack::new();
        one.push(pullback);
        Segment(one)
    }

    /// Runs it.
    #[inline(never)]
    pub fn run<G, W, C, R>(mut self, gradient: G, wanted: W, cotangents: C) -> Option<R>
    where
        F: FnOnce(G, W, C) -> R,
    {
        self.0.next().map(|pullback| pullback(gradient, wanted, cotangents))
    }
}

impl<F> std::fmt::Debug for Segment<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Segment")
    }
}
