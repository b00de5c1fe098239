//! Elements at indices along an axis, a different one for each place before and after it.

use std::sync::atomic::{AtomicU32, Ordering};

use super::reduce::Along;
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The largest of `places`; `None` if there are none.
pub(crate) fn last_place(places: &[u32]) -> Option<u32> {
    let share = share_of_rows(places.len(), 1).unwrap_or(places.len().max(1));
    let last = AtomicU32::new(0);
    parallel_for_each(places.chunks(share), |part| {
        last.fetch_max(largest(part), Ordering::Relaxed);
    });
    (!places.is_empty()).then(|| last.into_inner())
}

vectorized! {
    fn largest[](places: &[u32]) -> u32 {
        places.iter().copied().max().unwrap_or(0)
    }
}

/// The elements of `x` at `places` along the axis. There may be several places for each place before and after it.
pub(crate) fn gathered<E: Element>(x: &[E], along: Along, places: &[u32]) -> PooledVec<E> {
    let mut y = PooledVec::unset(places.len());
    match share_of_rows(y.len(), along.inner) {
        _ if y.is_empty() => {}
        None => gather_rows(x, along, places, 0, &mut y, places.len()),
        Some(share) => {
            let parts = places.chunks(share).zip(y.chunks_mut(share)).enumerate();
            parallel_for_each(parts, |(part, (part_of_places, y))| {
                gather_rows(x, along, part_of_places, part * share, y, places.len());
            });
        }
    }
    y
}

/// Gathers whole rows of `inner` elements, of which the first is the element `first` of `count`.
fn gather_rows<E: Element>(
    x: &[E],
    along: Along,
    places: &[u32],
    mut first: usize,
    mut y: &mut [E],
    count: usize,
) {
    let Along { outer, size, inner } = along;
    let (of_x, of_y, mut places) = (size * inner, count / outer, places);
    while !y.is_empty() {
        let next = (of_y - first % of_y).min(y.len());
        let x = &x[first / of_y * of_x..][..of_x];
        let (y_of_outer, rest) = y.split_at_mut(next);
        let (places_of_outer, rest_of_places) = places.split_at(next);
        if inner == 1 {
            for (y, &place) in y_of_outer.iter_mut().zip(places_of_outer) {
                *y = x[place as usize];
            }
        } else {
            let rows = y_of_outer.chunks_exact_mut(inner).zip(places_of_outer.chunks_exact(inner));
            for (y, places) in rows {
                for (column, (y, &place)) in y.iter_mut().zip(places).enumerate() {
                    *y = x[place as usize * inner + column];
                }
            }
        }
        (first, y, places) = (first + next, rest, rest_of_places);
    }
}

/// Adds each element of `y` to that of `x` at its place along the axis, in their order for each place before the axis.
pub(crate) fn add_at<E: Element>(x: &mut [E], along: Along, places: &[u32], y: &[E]) {
    scatter(x, along, places, y, |x, y| *x += y);
}

/// Replaces the element of `x` at each place along the axis by that of `y`.
pub(crate) fn set_at<E: Element>(x: &mut [E], along: Along, places: &[u32], y: &[E]) {
    scatter(x, along, places, y, |x, y| *x = y);
}

/// Calls `f` with the elements of `x` at `places` along the axis and those of `y`, in their order for each place before the axis.
#[inline(always)]
fn scatter<E: Element>(x: &mut [E], along: Along, places: &[u32], y: &[E], f: impl Fn(&mut E, E) + Sync) {
    let (of_x, of_y) = (along.size * along.inner, places.len() / along.outer.max(1));
    if y.is_empty() {
        return;
    }
    match share_of_rows(x.len().max(y.len()), of_x.max(of_y)) {
        None => scatter_part(x, along, places, y, &f),
        Some(share) => {
            let outer = share / of_x.max(of_y);
            let parts = places.chunks(outer * of_y).zip(y.chunks(outer * of_y));
            parallel_for_each(x.chunks_mut(outer * of_x).zip(parts), |(x, (places, y))| {
                scatter_part(x, Along { outer: x.len() / of_x, ..along }, places, y, &f);
            });
        }
    }
}

#[inline(always)]
fn scatter_part<E: Element>(x: &mut [E], along: Along, places: &[u32], y: &[E], f: &impl Fn(&mut E, E)) {
    let Along { outer, size, inner } = along;
    let of_y = y.len() / outer;
    let parts = places.chunks_exact(of_y).zip(y.chunks_exact(of_y));
    for (x, (places, y)) in x.chunks_exact_mut(size * inner).zip(parts) {
        if inner == 1 {
            for (&place, &y) in places.iter().zip(y) {
                f(&mut x[place as usize], y);
            }
            continue;
        }
        for (places, y) in places.chunks_exact(inner).zip(y.chunks_exact(inner)) {
            for (column, (&place, &y)) in places.iter().zip(y).enumerate() {
                f(&mut x[place as usize * inner + column], y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    fn check(along: Along, count: usize) {
        let Along { outer, size, inner } = along;
        let x: Vec<f64> = (0..along.count()).map(|at| (at % 61) as f64).collect();
        let places: Vec<u32> =
            (0..outer * count * inner).map(|at| (at * 7919 % 10_007 % size.max(1)) as u32).collect();
        let at = |place: usize| {
            let outer = place / (count * inner);
            (outer * size + places[place] as usize) * inner + place % inner
        };
        let expected: Vec<f64> = (0..places.len()).map(|place| x[at(place)]).collect();
        assert_eq!(*gathered(&x, along, &places), expected, "{along:?} {count}");
        let (mut sums, mut expected) = (x.clone(), x.clone());
        let y: Vec<f64> = (0..places.len()).map(|place| (place % 13) as f64).collect();
        y.iter().enumerate().for_each(|(place, &y)| expected[at(place)] += y);
        add_at(&mut sums, along, &places, &y);
        assert_eq!(sums, expected, "{along:?} {count}");
    }

    #[test]
    fn the_last_place_is_found() {
        let places: Vec<u32> = (0..200_000).map(|at| at * 7919 % 200_003).collect();
        for count in [1, 17, 200_000] {
            assert_eq!(last_place(&places[..count]), places[..count].iter().copied().max());
        }
        assert_eq!((last_place(&[]), last_place(&[u32::MAX])), (None, Some(u32::MAX)));
    }

    #[test]
    fn agrees_with_indices() {
        let threads = num_threads();
        set_num_threads(3);
        for (outer, size, inner) in [
            (1, 5, 1),
            (3, 4, 2),
            (0, 3, 1),
            (2, 3, 0),
            (2, 1, 3),
            (301, 7, 50),
            (1, 300, 401),
            (4001, 30, 1),
        ] {
            for count in [0, 1, 3, 40] {
                check(Along { outer, size, inner }, count);
            }
        }
        check(Along { outer: 2, size: 0, inner: 3 }, 0);
        set_num_threads(threads);
    }
}
