use std::cell::Cell;
use std::fmt::Debug;

use crate::Element;

/// What a view is for: [`Weight`]s are read, a [`Gradient`] is added to.
///
/// Both have the same fields and the same ties, so that a tie is written, and checked, once for both.
pub trait Role: Copy + Debug + 'static {
    /// The numbers of one parameter.
    type Slice<'a, E: Element>: Copy + Debug;
}

/// A view that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight;

/// A view that adds.
///
/// Several uses of one shared weight each hold a view of its one gradient, hence the cells; the gradient itself
/// is borrowed mutably for as long as any view of it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gradient;

impl Role for Weight {
    type Slice<'a, E: Element> = &'a [E];
}

impl Role for Gradient {
    type Slice<'a, E: Element> = &'a [Cell<E>];
}
