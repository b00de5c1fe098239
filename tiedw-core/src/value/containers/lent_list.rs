//! Lists that a function takes as `&mut [T]`: its companion takes a `Vec`, and returns it.

/// A list of which a slice may be lent.
pub trait LentList {
    /// An element.
    type Item;

    /// The elements.
    fn into_vec(self) -> Vec<Self::Item>;

    /// The list of elements that [`into_vec`](Self::into_vec) has returned.
    fn from_vec(elements: Vec<Self::Item>) -> Self;
}

impl<T> LentList for Vec<T> {
    type Item = T;

    #[inline]
    fn into_vec(self) -> Vec<T> {
        self
    }

    #[inline]
    fn from_vec(elements: Vec<T>) -> Self {
        elements
    }
}

impl<T, const N: usize> LentList for [T; N] {
    type Item = T;

    #[inline]
    fn into_vec(self) -> Vec<T> {
        self.into()
    }

    #[inline]
    fn from_vec(elements: Vec<T>) -> Self {
        elements.try_into().unwrap_or_else(|_| unreachable!("a slice has the length of its array"))
    }
}

impl<T> LentList for Box<[T]> {
    type Item = T;

    #[inline]
    fn into_vec(self) -> Vec<T> {
        <[T]>::into_vec(self)
    }

    #[inline]
    fn from_vec(elements: Vec<T>) -> Self {
        elements.into()
    }
}

/// The elements of a list that is lent.
#[inline]
pub fn into_list<L: LentList>(list: L) -> Vec<L::Item> {
    list.into_vec()
}

/// The list that was lent.
#[inline]
pub fn from_list<L: LentList>(elements: Vec<L::Item>) -> L {
    L::from_vec(elements)
}

/// Moves elements back to the slice that was lent.
pub fn give_back<T>(slice: &mut [T], elements: Vec<T>) {
    for (place, element) in slice.iter_mut().zip(elements) {
        *place = element;
    }
}

/// The index of an element of a slice of this length, as that of its list after the start of the slice.
#[inline]
#[track_caller]
pub fn index_within(index: usize, length: usize) -> usize {
    assert!(index < length, "index out of bounds: the len is {length} but the index is {index}");
    index
}
