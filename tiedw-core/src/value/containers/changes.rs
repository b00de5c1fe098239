//! Methods that change a container in place.
//!
//! Each returns its result and a [`Change`], with which the backward pass turns the cotangent of the container
//! after the call into that before it.

use super::{ListCotangent, Unread};
use crate::value::{Accumulate, NoGradient, Value};

/// What a call changed in a container whose cotangent is `C`.
pub trait Change<C> {
    /// The cotangent of the result of the call.
    type Result: Accumulate;
    /// The cotangents of the values that were passed.
    type Passed;

    /// Undoes the change in the cotangent of the container.
    fn undo(self, result: Option<Self::Result>, container: &mut Option<C>) -> Self::Passed;
}

/// Methods that change a `Vec` of values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Vec` of values",
    label = "a method that changes a `Vec` is called here",
    note = "other values do not change in a differentiable body: compute the new value, and assign it"
)]
pub trait VecChanges {
    /// The type of an element.
    type Item: Value;

    /// `push`.
    fn push(&mut self, item: Self::Item) -> ((), Inserted);

    /// `pop`.
    fn pop(&mut self) -> (Option<Self::Item>, Removed);

    /// `insert`.
    fn insert(&mut self, index: usize, item: Self::Item) -> ((), Inserted);

    /// `remove`.
    fn remove(&mut self, index: usize) -> (Self::Item, Removed);

    /// `swap_remove`.
    fn swap_remove(&mut self, index: usize) -> (Self::Item, SwapRemoved);

    /// `truncate`.
    fn truncate(&mut self, len: usize) -> ((), Truncated);

    /// `clear`.
    fn clear(&mut self) -> ((), Truncated);

    /// `extend`, by a list.
    fn extend<I: ExtendsBy<Self::Item>>(&mut self, items: impl IntoIterator<Item = I>) -> ((), Extended);
}

/// An element by which a list of `T` is extended: one of it, or a reference to a number.
#[diagnostic::on_unimplemented(
    message = "a list of `{T}` cannot be extended by a list of `{Self}`",
    label = "a list of other elements"
)]
pub trait ExtendsBy<T> {
    /// Returns the element.
    fn element(self) -> T;
}

impl<T> ExtendsBy<T> for T {
    #[inline]
    fn element(self) -> T {
        self
    }
}

impl<T: Copy> ExtendsBy<T> for &T {
    #[inline]
    fn element(self) -> T {
        *self
    }
}

impl<T: Value> VecChanges for Vec<T> {
    type Item = T;

    #[inline]
    fn push(&mut self, item: T) -> ((), Inserted) {
        self.push(item);
        ((), Inserted(self.len() - 1))
    }

    #[inline]
    fn pop(&mut self) -> (Option<T>, Removed) {
        let item = self.pop();
        (item, Removed(self.len()))
    }

    #[inline]
    #[track_caller]
    fn insert(&mut self, index: usize, item: T) -> ((), Inserted) {
        self.insert(index, item);
        ((), Inserted(index))
    }

    #[inline]
    #[track_caller]
    fn remove(&mut self, index: usize) -> (T, Removed) {
        (self.remove(index), Removed(index))
    }

    #[inline]
    #[track_caller]
    fn swap_remove(&mut self, index: usize) -> (T, SwapRemoved) {
        let item = self.swap_remove(index);
        (item, SwapRemoved { index, last: self.len() })
    }

    #[inline]
    fn truncate(&mut self, len: usize) -> ((), Truncated) {
        self.truncate(len);
        ((), Truncated(self.len()))
    }

    #[inline]
    fn clear(&mut self) -> ((), Truncated) {
        VecChanges::truncate(self, 0)
    }

    #[inline]
    fn extend<I: ExtendsBy<T>>(&mut self, items: impl IntoIterator<Item = I>) -> ((), Extended) {
        let len = self.len();
        Extend::extend(self, items.into_iter().map(I::element));
        ((), Extended(len))
    }
}

/// Methods that change the order of a list of values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of values",
    label = "a method that changes the order of a list is called here"
)]
pub trait OrderChanges {
    /// `swap`.
    fn swap(&mut self, first: usize, second: usize) -> ((), Swapped);

    /// `reverse`.
    fn reverse(&mut self) -> ((), Reversed);

    /// `rotate_left`.
    fn rotate_left(&mut self, count: usize) -> ((), Rotated);

    /// `rotate_right`.
    fn rotate_right(&mut self, count: usize) -> ((), Rotated);
}

macro_rules! order_changes {
    ($([$($generics:tt)*] $list:ty)+) => {
        $(
            impl<T: Value, $($generics)*> OrderChanges for $list {
                #[inline]
                #[track_caller]
                fn swap(&mut self, first: usize, second: usize) -> ((), Swapped) {
                    <[T]>::swap(self, first, second);
                    ((), Swapped(first, second))
                }

                #[inline]
                fn reverse(&mut self) -> ((), Reversed) {
                    <[T]>::reverse(self);
                    ((), Reversed(self.len()))
                }

                #[inline]
                #[track_caller]
                fn rotate_left(&mut self, count: usize) -> ((), Rotated) {
                    <[T]>::rotate_left(self, count);
                    ((), Rotated { count, len: self.len() })
                }

                #[inline]
                #[track_caller]
                fn rotate_right(&mut self, count: usize) -> ((), Rotated) {
                    <[T]>::rotate_right(self, count);
                    ((), Rotated { count: self.len() - count, len: self.len() })
                }
            }
        )+
    };
}
order_changes! {
    [] Vec<T>
    [] [T]
    [const N: usize] [T; N]
}

/// Methods that change an `Option` of a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Option` of a value",
    label = "a method that changes an `Option` is called here"
)]
pub trait OptionChanges: Sized {
    /// What is inside.
    type Inside: Value;

    /// `take`.
    fn take(&mut self) -> (Self, Moved);

    /// `replace`.
    fn replace(&mut self, value: Self::Inside) -> (Self, Replaced);
}

impl<T: Value> OptionChanges for Option<T> {
    type Inside = T;

    #[inline]
    fn take(&mut self) -> (Self, Moved) {
        (self.take(), Moved)
    }

    #[inline]
    fn replace(&mut self, value: T) -> (Self, Replaced) {
        (self.replace(value), Replaced)
    }
}

/// `mem::replace`.
#[inline]
pub fn replace_value<T: Value>(place: &mut T, value: T) -> (T, Replaced) {
    (std::mem::replace(place, value), Replaced)
}

/// `mem::take`.
#[inline]
pub fn take_value<T: Value + Default>(place: &mut T) -> (T, Moved) {
    (std::mem::take(place), Moved)
}

/// One element was inserted at an index.
#[derive(Clone, Copy, Debug)]
pub struct Inserted(usize);

impl<C: Accumulate> Change<ListCotangent<C>> for Inserted {
    type Result = NoGradient;
    type Passed = (Option<C>,);

    #[inline]
    fn undo(self, _: Option<NoGradient>, list: &mut Option<ListCotangent<C>>) -> (Option<C>,) {
        let inserted = list.as_mut().filter(|list| self.0 < list.0.len());
        (inserted.and_then(|list| list.0.remove(self.0)),)
    }
}

/// One element was removed from an index, or there was none.
#[derive(Clone, Copy, Debug)]
pub struct Removed(usize);

impl<C: Accumulate> Change<ListCotangent<C>> for Removed {
    type Result = C;
    type Passed = ();

    #[inline]
    fn undo(self, removed: Option<C>, list: &mut Option<ListCotangent<C>>) {
        let len = list.as_ref().map_or(0, |list| list.0.len());
        // Beyond the end there is no cotangent anyway.
        if removed.is_some() || self.0 < len {
            let list = list.get_or_insert_default();
            list.resize(len.max(self.0));
            list.0.insert(self.0, removed);
        }
    }
}

/// The element at `index` was removed, and the one at `last` took its place.
#[derive(Clone, Copy, Debug)]
pub struct SwapRemoved {
    index: usize,
    last: usize,
}

impl<C: Accumulate> Change<ListCotangent<C>> for SwapRemoved {
    type Result = C;
    type Passed = ();

    #[inline]
    fn undo(self, removed: Option<C>, list: &mut Option<ListCotangent<C>>) {
        let list = list.get_or_insert_default();
        let moved = std::mem::replace(list.at(self.index), removed);
        if self.last != self.index {
            *list.at(self.last) = moved;
        }
    }
}

/// Elements from this index on were dropped.
#[derive(Clone, Copy, Debug)]
pub struct Truncated(usize);

impl<C: Accumulate> Change<ListCotangent<C>> for Truncated {
    type Result = NoGradient;
    type Passed = ();

    #[inline]
    fn undo(self, _: Option<NoGradient>, list: &mut Option<ListCotangent<C>>) {
        if let Some(list) = list {
            list.0.truncate(self.0);
        }
    }
}

/// A list was appended at this index.
#[derive(Clone, Copy, Debug)]
pub struct Extended(usize);

impl<C: Accumulate> Change<ListCotangent<C>> for Extended {
    type Result = NoGradient;
    type Passed = (Option<ListCotangent<C>>,);

    #[inline]
    fn undo(self, _: Option<NoGradient>, list: &mut Option<ListCotangent<C>>) -> (Option<ListCotangent<C>>,) {
        let list = list.as_mut().filter(|list| self.0 < list.0.len());
        (list.map(|list| ListCotangent(list.0.split_off(self.0))),)
    }
}

/// Two elements changed places.
#[derive(Clone, Copy, Debug)]
pub struct Swapped(usize, usize);

impl<C: Accumulate> Change<ListCotangent<C>> for Swapped {
    type Result = NoGradient;
    type Passed = ();

    #[inline]
    fn undo(self, _: Option<NoGradient>, list: &mut Option<ListCotangent<C>>) {
        if let Some(list) = list {
            list.at(self.0.max(self.1));
            list.0.swap(self.0, self.1);
        }
    }
}

/// The order of so many elements was reversed.
#[derive(Clone, Copy, Debug)]
pub struct Reversed(usize);

impl<C: Accumulate> Change<ListCotangent<C>> for Reversed {
    type Result = NoGradient;
    type Passed = ();

    #[inline]
    fn undo(self, _: Option<NoGradient>, list: &mut Option<ListCotangent<C>>) {
        if let Some(list) = list {
            list.resize(self.0);
            list.0.reverse();
        }
    }
}

/// `len` elements were moved to the left by `count`.
#[derive(Clone, Copy, Debug)]
pub struct Rotated {
    count: usize,
    len: usize,
}

impl<C: Accumulate> Change<ListCotangent<C>> for Rotated {
    type Result = NoGradient;
    type Passed = ();

    #[inline]
    fn undo(self, _: Option<NoGradient>, list: &mut Option<ListCotangent<C>>) {
        if let Some(list) = list {
            list.resize(self.len);
            list.0.rotate_right(self.count);
        }
    }
}

/// Changes of a field marked `#[constant]`. What is put into it is no value: nothing takes the `Unread` that it passes.
macro_rules! of_constants {
    ($($change:ident passes $passed:ty = $nothing:expr;)+) => {$(
        impl Change<Unread> for $change {
            type Result = NoGradient;
            type Passed = $passed;

            #[inline]
            fn undo(self, _: Option<NoGradient>, _: &mut Option<Unread>) -> $passed {
                $nothing
            }
        }
    )+};
}
of_constants! {
    Inserted passes (Option<Unread>,) = (None,);
    Extended passes (Option<Unread>,) = (None,);
    Truncated passes () = ();
    Swapped passes () = ();
    Reversed passes () = ();
    Rotated passes () = ();
}

/// The content of an `Option` was moved out.
#[derive(Clone, Copy, Debug)]
pub struct Moved;

impl<C: Accumulate> Change<C> for Moved {
    type Result = C;
    type Passed = ();

    #[inline]
    fn undo(self, moved: Option<C>, place: &mut Option<C>) {
        *place = moved;
    }
}

/// A value was replaced by another.
#[derive(Clone, Copy, Debug)]
pub struct Replaced;

impl<C: Accumulate> Change<C> for Replaced {
    type Result = C;
    type Passed = (Option<C>,);

    #[inline]
    fn undo(self, replaced: Option<C>, place: &mut Option<C>) -> (Option<C>,) {
        (std::mem::replace(place, replaced),)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type List = Option<ListCotangent<f64>>;

    fn list(elements: &[Option<f64>]) -> List {
        Some(elements.iter().copied().collect())
    }

    #[test]
    fn an_inserted_element_gets_its_cotangent() {
        let mut d = list(&[Some(1.0), Some(2.0), Some(3.0)]);
        assert_eq!(Inserted(1).undo(None, &mut d), (Some(2.0),));
        assert_eq!(d, list(&[Some(1.0), Some(3.0)]));
        assert_eq!(Inserted(5).undo(None, &mut d), (None,));
        assert_eq!(Inserted(0).undo(None, &mut (None as List)), (None,));
    }

    #[test]
    fn a_removed_element_passes_its_cotangent_on() {
        let mut d = list(&[Some(1.0), Some(2.0)]);
        Removed(1).undo(Some(5.0), &mut d);
        assert_eq!(d, list(&[Some(1.0), Some(5.0), Some(2.0)]));
        Removed(0).undo(None, &mut d);
        assert_eq!(d, list(&[None, Some(1.0), Some(5.0), Some(2.0)]));
        let mut short: List = None;
        Removed(2).undo(Some(5.0), &mut short);
        assert_eq!(short, list(&[None, None, Some(5.0)]));
        // A `pop` of an empty list.
        let mut empty: List = None;
        Removed(0).undo(None, &mut empty);
        assert_eq!(empty, None);
    }

    #[test]
    fn a_swap_removed_element_passes_its_cotangent_on() {
        let mut d = list(&[Some(1.0), Some(4.0)]);
        SwapRemoved { index: 1, last: 3 }.undo(Some(2.0), &mut d);
        assert_eq!(d, list(&[Some(1.0), Some(2.0), None, Some(4.0)]));
        let mut d = list(&[Some(1.0)]);
        SwapRemoved { index: 1, last: 1 }.undo(Some(2.0), &mut d);
        assert_eq!(d, list(&[Some(1.0), Some(2.0)]));
    }

    #[test]
    fn other_changes_are_undone() {
        let mut d = list(&[Some(1.0), Some(2.0), Some(3.0)]);
        assert_eq!(Extended(1).undo(None, &mut d), (list(&[Some(2.0), Some(3.0)]),));
        assert_eq!(d, list(&[Some(1.0)]));
        Reversed(3).undo(None, &mut d);
        assert_eq!(d, list(&[None, None, Some(1.0)]));
        Swapped(0, 2).undo(None, &mut d);
        assert_eq!(d, list(&[Some(1.0), None, None]));
        Truncated(1).undo(None, &mut d);
        assert_eq!(d, list(&[Some(1.0)]));
        let mut d = Some(1.0);
        assert_eq!(Replaced.undo(Some(2.0), &mut d), (Some(1.0),));
        Moved.undo(Some(3.0), &mut d);
        assert_eq!(d, Some(3.0));
    }
}
