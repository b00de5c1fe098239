//! What the forward pass saves for the backward pass.

use std::cell::RefCell;
use std::marker::PhantomData;

use super::{Accumulate, AddTo};
use crate::kernels::Stack;

/// The cotangent type of a value, saved by the forward pass for the backward pass.
#[derive(Debug)]
pub struct Slot<C>(PhantomData<fn() -> C>);

impl<C> Clone for Slot<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Slot<C> {}

impl<C> Slot<C> {
    /// Creates the slot for values with this cotangent type.
    #[inline]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Slot(PhantomData)
    }

    /// Returns `None`, with the type of an empty cotangent.
    #[inline]
    pub fn empty(self) -> Option<C> {
        None
    }

    /// Returns `cotangent`, checked to have this type.
    #[inline]
    pub fn typed(self, cotangent: &mut Option<C>) -> &mut Option<C> {
        cotangent
    }
}

/// Calls a pullback whose type may be known only at the end of the body.
#[inline]
pub fn pulled_back<C, W, R>(pullback: impl FnOnce(C, W) -> R, cotangent: C, wanted: W) -> R {
    pullback(cotangent, wanted)
}

/// Finds a part of the gradient's view that a branch chose, or lists several.
pub trait Choose {
    /// Calls the function.
    #[inline]
    fn __chosen<R>(&self, choose: impl FnOnce(&Self) -> R) -> R {
        choose(self)
    }
}

impl<T> Choose for T {}

/// What one of several branches saves for the backward pass.
#[derive(Clone, Copy, Debug)]
pub enum Either<L, R> {
    /// The first branch was taken.
    Left(L),
    /// A later branch was taken.
    Right(R),
}

/// A token that each loop iteration holds and returns at its end. If a macro left the iteration early, its
/// pullbacks would not be saved; the missing token makes this a compile error.
#[derive(Debug)]
pub struct LoopWithoutBreakAndContinue(());

impl LoopWithoutBreakAndContinue {
    /// Consumes the token after the last iteration.
    #[inline]
    pub fn ended(self) {}
}

/// Returns the token of the first iteration.
#[inline]
pub fn iteration() -> LoopWithoutBreakAndContinue {
    LoopWithoutBreakAndContinue(())
}

/// The sum of the cotangents of a variable that closures capture, to which their pullbacks add.
#[derive(Debug)]
pub struct Cotangents<C>(RefCell<Option<C>>);

impl<C: Accumulate> Cotangents<C> {
    /// Returns the sum of none, of the type of a cotangent.
    #[inline]
    pub fn like(_: &Option<C>) -> Self {
        Cotangents(RefCell::new(None))
    }

    /// Returns no cotangent.
    #[inline]
    pub fn none(&self) -> Option<C> {
        None
    }

    /// Adds a cotangent.
    #[inline]
    pub fn add(&self, cotangent: Option<C>) {
        AddTo::add(&mut self.0.borrow_mut(), cotangent);
    }

    /// Adds the sum to that of the body around the closures.
    #[inline]
    pub fn give(&self, sum: &mut Option<C>) {
        AddTo::add(sum, self.0.take());
    }
}

/// The pullback of a segment of a long body.
///
/// Calling and dropping it are separate functions, which keeps the pullback of the whole body short.
pub struct Segment<F>(Stack<F>);

impl<F> Segment<F> {
    /// Wraps the pullback of a segment.
    #[inline]
    pub fn new(pullback: F) -> Self {
        let mut one = Stack::new();
        one.push(pullback);
        Segment(one)
    }

    /// Calls the pullback.
    #[inline(never)]
    pub fn run<G, W, C>(mut self, gradient: G, wanted: W, cotangents: C)
    where
        F: FnOnce(G, W, C),
    {
        if let Some(pullback) = self.0.next() {
            pullback(gradient, wanted, cotangents);
        }
    }
}

impl<F> std::fmt::Debug for Segment<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Segment")
    }
}
