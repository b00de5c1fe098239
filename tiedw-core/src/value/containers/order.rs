//! The places of the elements of a list, in order.

use std::cmp::Ordering;

/// Returns the places of the elements in the order that `[T]::sort_by` gives them.
#[doc(hidden)]
pub fn order_by<T>(list: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..list.len()).collect();
    places.sort_by(|&a, &b| compare(&list[a], &list[b]));
    places
}

/// Returns the places of the elements in the order that `[T]::sort_by_key` gives them.
#[doc(hidden)]
pub fn order_by_key<T, K: Ord>(list: &[T], mut key: impl FnMut(&T) -> K) -> Vec<usize> {
    let mut places: Vec<usize> = (0..list.len()).collect();
    places.sort_by_key(|&place| key(&list[place]));
    places
}
