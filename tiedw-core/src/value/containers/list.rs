//! Lists: the cotangent is a list with a place for each element.

use crate::value::{Accumulate, AddTo, Discrete, NoGradient, Value, fingerprint};

/// The cotangent of a list of values: a `Vec`, a slice or an array.
///
/// Elements without a cotangent are `None`. It may be shorter than the list: the rest have none.
///
/// ```
/// use tiedw_core::{Accumulate, Cotangent, ListCotangent};
///
/// let mut sum: Cotangent<Vec<f32>> = ListCotangent::default();
/// *sum.at(2) = Some(1.0);
/// sum.accumulate(ListCotangent::from_iter([Some(10.0), None, Some(20.0)]));
/// assert_eq!(sum.iter().collect::<Vec<_>>(), [Some(&10.0), None, Some(&21.0)]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ListCotangent<C>(pub(super) Vec<Option<C>>);

/// The places of the elements in the cotangent of a list, or of what is inside of an `Option`.
#[doc(hidden)]
pub struct ElementPlaces<'a, C>(pub &'a mut Option<C>);

/// The cotangent of a list.
#[doc(hidden)]
pub trait OfList: Default {
    /// The cotangent of an element.
    type Item;

    /// The place of the cotangent of the element at `index`.
    fn place(&mut self, index: usize) -> &mut Option<Self::Item>;
}

impl<C> OfList for ListCotangent<C> {
    type Item = C;

    #[inline]
    fn place(&mut self, index: usize) -> &mut Option<C> {
        self.at(index)
    }
}

impl<L: OfList> OfList for Box<L> {
    type Item = L::Item;

    #[inline]
    fn place(&mut self, index: usize) -> &mut Option<L::Item> {
        (**self).place(index)
    }
}

impl<'a, L: OfList> ElementPlaces<'a, L> {
    /// The place of the cotangent of the element at `index`.
    #[inline]
    pub fn at(self, index: usize) -> &'a mut Option<L::Item> {
        self.0.get_or_insert_default().place(index)
    }
}

/// An `Option` has the cotangent of what is inside.
#[doc(hidden)]
pub trait OptionPlace<'a, C> {
    /// The place of the cotangent of what is inside.
    fn at(self, index: usize) -> &'a mut Option<C>;
}

impl<'a, C> OptionPlace<'a, C> for ElementPlaces<'a, C> {
    #[inline]
    fn at(self, _: usize) -> &'a mut Option<C> {
        self.0
    }
}

impl<C> ListCotangent<C> {
    /// Returns the place of the cotangent of the element at `index`.
    #[inline]
    pub fn at(&mut self, index: usize) -> &mut Option<C> {
        if index >= self.0.len() {
            self.0.resize_with(index + 1, || None);
        }
        &mut self.0[index]
    }

    /// Iterates over the cotangents, in the order of the elements.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&C>> {
        self.0.iter().map(Option::as_ref)
    }

    /// Takes the cotangent of the element at `index`.
    #[inline]
    pub fn take(&mut self, index: usize) -> Option<C> {
        self.0.get_mut(index).and_then(Option::take)
    }

    /// Returns the cotangent of a list of which these elements start at `start`.
    #[must_use]
    pub fn shifted(mut self, start: usize) -> Self {
        self.0.splice(..0, std::iter::repeat_with(|| None).take(start));
        self
    }

    /// Returns the cotangent of a list whose `count` elements all have this one.
    #[must_use]
    pub fn repeated(cotangent: C, count: usize) -> Self
    where
        C: Clone,
    {
        ListCotangent(vec![Some(cotangent); count])
    }

    /// Makes it exactly `len` long.
    pub(super) fn resize(&mut self, len: usize) {
        self.0.resize_with(len, || None);
    }
}

impl<C> Default for ListCotangent<C> {
    #[inline]
    fn default() -> Self {
        ListCotangent(Vec::new())
    }
}

impl<C> FromIterator<Option<C>> for ListCotangent<C> {
    fn from_iter<I: IntoIterator<Item = Option<C>>>(cotangents: I) -> Self {
        ListCotangent(cotangents.into_iter().collect())
    }
}

impl<C> IntoIterator for ListCotangent<C> {
    type Item = Option<C>;
    type IntoIter = std::vec::IntoIter<Option<C>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<C: Accumulate> Accumulate for ListCotangent<C> {
    fn accumulate(&mut self, other: Self) {
        for (index, cotangent) in other.0.into_iter().enumerate() {
            if cotangent.is_some() {
                AddTo::add(self.at(index), cotangent);
            }
        }
    }
}

/// A list that is passed on as data without a gradient.
#[diagnostic::do_not_recommend]
impl AddTo<ListCotangent<NoGradient>> for NoGradient {
    #[inline]
    fn add_to(self, _: &mut Option<ListCotangent<NoGradient>>) {}
}

macro_rules! list {
    ($([$($generics:tt)*] $list:ty)+) => {
        $(
            impl<T: Value, $($generics)*> Value for $list {
                type Owned = Self;
                type Cotangent = ListCotangent<T::Cotangent>;

                #[inline]
                fn by_ref(&self) -> &Self {
                    self
                }
                #[inline]
                #[track_caller]
                fn detach(&mut self) {
                    for value in self {
                        value.detach();
                    }
                }
                #[inline]
                fn has_tangents(&self) -> bool {
                    self.iter().any(T::has_tangents)
                }
                #[inline]
                fn fingerprint(&self) -> u64 {
                    fingerprint::of(self.iter().map(T::fingerprint))
                }
            }

            impl<T: Discrete, $($generics)*> Discrete for $list {}
        )+
    };
}
list! {
    [] Vec<T>
    [] [T]
    [const N: usize] [T; N]
}
