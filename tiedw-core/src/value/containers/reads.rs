//! Methods of containers that only read: what they return has the cotangent of a place in the container.

use crate::value::Value;

/// Methods of lists that return an element.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list whose elements carry a gradient",
    label = "a method of lists is called here",
    note = "the lists of a differentiable body are `Vec`, arrays and slices of values"
)]
pub trait ListReads {
    /// The type of an element.
    type Item;

    /// Returns all elements.
    fn elements(&self) -> &[Self::Item];

    /// `first`.
    #[inline]
    fn first(&self) -> Option<&Self::Item> {
        self.elements().first()
    }

    /// `last`.
    #[inline]
    fn last(&self) -> Option<&Self::Item> {
        self.elements().last()
    }

    /// `get`.
    #[inline]
    fn get(&self, index: usize) -> Option<&Self::Item> {
        self.elements().get(index)
    }

    /// The index of the last element.
    #[inline]
    fn end(&self) -> usize {
        self.elements().len().wrapping_sub(1)
    }
}

impl<T: Value> ListReads for [T] {
    type Item = T;

    #[inline]
    fn elements(&self) -> &[T] {
        self
    }
}

impl<T: Value> ListReads for Vec<T> {
    type Item = T;

    #[inline]
    fn elements(&self) -> &[T] {
        self
    }
}

impl<T: Value, const N: usize> ListReads for [T; N] {
    type Item = T;

    #[inline]
    fn elements(&self) -> &[T] {
        self
    }
}

impl<T: Value> ListReads for Box<[T]> {
    type Item = T;

    #[inline]
    fn elements(&self) -> &[T] {
        self
    }
}

impl<T: Value> ListReads for Option<T> {
    type Item = T;

    #[inline]
    fn elements(&self) -> &[T] {
        self.as_slice()
    }
}

/// Methods of `Option` and `Result` that return what is inside.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither `Option` nor `Result` of a value",
    label = "a method of `Option` and `Result` is called here"
)]
pub trait Inside: Sized {
    /// What is inside.
    type Inside;

    /// `unwrap`.
    fn unwrap(self) -> Self::Inside;

    /// `expect`.
    fn expect(self, message: &str) -> Self::Inside;

    /// `unwrap_or_default`.
    fn unwrap_or_default(self) -> Self::Inside
    where
        Self::Inside: Default;
}

macro_rules! inside {
    ($([$($generics:tt)*] $container:ty)+) => {
        $(
            impl<T: Value, $($generics)*> Inside for $container {
                type Inside = T;

                #[inline]
                #[track_caller]
                fn unwrap(self) -> T {
                    self.unwrap()
                }

                #[inline]
                #[track_caller]
                fn expect(self, message: &str) -> T {
                    self.expect(message)
                }

                #[inline]
                fn unwrap_or_default(self) -> T
                where
                    T: Default,
                {
                    self.unwrap_or_default()
                }
            }
        )+
    };
}
inside! {
    [] Option<T>
    [E: std::fmt::Debug] Result<T, E>
}

/// An `Option` of numbers behind a reference is copied, as Rust does it.
impl<T: Value + Copy> Inside for &Option<T> {
    type Inside = T;

    #[inline]
    #[track_caller]
    fn unwrap(self) -> T {
        (*self).unwrap()
    }

    #[inline]
    #[track_caller]
    fn expect(self, message: &str) -> T {
        (*self).expect(message)
    }

    #[inline]
    fn unwrap_or_default(self) -> T
    where
        T: Default,
    {
        (*self).unwrap_or_default()
    }
}

/// `as_ref` of an `Option` or a `Result`.
pub trait AsRefOfInside {
    /// What it is with a reference inside.
    type Lent<'v>
    where
        Self: 'v;

    /// Returns it with a reference inside.
    fn lent(&self) -> Self::Lent<'_>;
}

impl<T: Value> AsRefOfInside for Option<T> {
    type Lent<'v>
        = Option<&'v T>
    where
        T: 'v;

    #[inline]
    fn lent(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl<T: Value, E> AsRefOfInside for Result<T, E> {
    type Lent<'v>
        = Result<&'v T, &'v E>
    where
        T: 'v,
        E: 'v;

    #[inline]
    fn lent(&self) -> Result<&T, &E> {
        self.as_ref()
    }
}

/// `cloned` and `copied` of an `Option`.
#[inline]
pub fn option_cloned<T: Value + Clone>(option: Option<&T>) -> Option<T> {
    option.cloned()
}

/// `cloned` and `copied` of an iterator whose items have a number.
#[inline]
pub fn cloned_items<'v, N, T: Value + Clone + 'v>(
    items: impl DoubleEndedIterator<Item = (N, &'v T)> + ExactSizeIterator,
) -> impl DoubleEndedIterator<Item = (N, T)> + ExactSizeIterator {
    items.map(|(number, item)| (number, item.clone()))
}

/// A list, an option or an iterator over one, whose items may be parts of the module.
#[inline]
pub fn parts_of<T>(list: T) -> T {
    list
}

/// Items with numbers that grow by `step`.
#[inline]
pub fn numbered<T>(
    items: impl DoubleEndedIterator<Item = T> + ExactSizeIterator,
    step: usize,
) -> impl DoubleEndedIterator<Item = (usize, T)> + ExactSizeIterator {
    items.enumerate().map(move |(number, item)| (number * step, item))
}

/// Slices of a list from its end, with the places where they start; `step` is the size of the first.
#[inline]
pub fn numbered_from_end<T>(
    items: impl DoubleEndedIterator<Item = T> + ExactSizeIterator,
    step: usize,
    count: usize,
) -> impl DoubleEndedIterator<Item = (usize, T)> + ExactSizeIterator {
    items.enumerate().map(move |(number, item)| (count.saturating_sub((number + 1) * step), item))
}
