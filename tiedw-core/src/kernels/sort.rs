//! The order of elements along an axis.

use std::cmp::Ordering;

use super::reduce::Along;
use super::rows::share_of_rows;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The indices along the axis of the `count` smallest elements, in order, or of the largest. Of equal elements, the first comes
/// first. NaN is larger than all numbers.
pub(crate) fn orders<E: Element>(x: &[E], along: Along, count: usize, descending: bool) -> PooledVec<u32> {
    let Along { outer, size, inner } = along;
    let mut places = PooledVec::unset(outer * count * inner);
    if places.is_empty() {
        return places;
    }
    let (of_x, of_places) = (size * inner, count * inner);
    match share_of_rows(x.len(), of_x) {
        None => orders_of_part(x, along, &mut places, count, descending),
        Some(share) => {
            let parts = x.chunks(share).zip(places.chunks_mut(share / of_x * of_places));
            parallel_for_each(parts, |(x, places)| orders_of_part(x, along, places, count, descending));
        }
    }
    places
}

fn orders_of_part<E: Element>(x: &[E], along: Along, places: &mut [u32], count: usize, descending: bool) {
    // With few of many elements, most are compared with the last one of those that are taken, and not ordered.
    match (descending, 16 * count <= along.size) {
        (true, true) => first_of_many(x, along, places, count, |x, y| compare(y, x), |x, last| x <= last),
        (false, true) => first_of_many(x, along, places, count, compare, |x, last| x >= last),
        (true, false) => sorted(x, along, places, count, |x, y| compare(y, x)),
        (false, false) => sorted(x, along, places, count, compare),
    }
}

/// As [`sorted`], by inserting elements into those that are taken so far. `is_behind` is a quick test that an element does not precede
/// the last one of those; it is false if one of them is NaN.
fn first_of_many<E: Element>(
    x: &[E],
    Along { size, inner, .. }: Along,
    places: &mut [u32],
    count: usize,
    compare: impl Fn(E, E) -> Ordering,
    is_behind: impl Fn(E, E) -> bool,
) {
    let (mut line, mut taken) = (Vec::with_capacity(size), Vec::with_capacity(count + 1));
    for (x, places) in x.chunks_exact(size * inner).zip(places.chunks_exact_mut(count * inner)) {
        for column in 0..inner {
            line.clear();
            line.extend(x[column..].iter().step_by(inner).copied());
            taken.clear();
            let mut last = None;
            for (at, &x) in line.iter().enumerate() {
                if last.is_some_and(|last| is_behind(x, last) || compare(x, last) != Ordering::Less) {
                    continue;
                }
                let behind = taken.partition_point(|&(y, _)| compare(x, y) != Ordering::Less);
                taken.insert(behind, (x, at as u32));
                taken.truncate(count);
                last = taken.get(count - 1).map(|&(last, _)| last);
            }
            for (place, &(_, index)) in places[column..].iter_mut().step_by(inner).zip(&taken) {
                *place = index;
            }
        }
    }
}

fn sorted<E: Element>(
    x: &[E],
    Along { size, inner, .. }: Along,
    places: &mut [u32],
    count: usize,
    compare: impl Fn(E, E) -> Ordering,
) {
    let mut line = Vec::with_capacity(size);
    let by_index = |a: &(E, u32), b: &(E, u32)| compare(a.0, b.0).then(a.1.cmp(&b.1));
    for (x, places) in x.chunks_exact(size * inner).zip(places.chunks_exact_mut(count * inner)) {
        for column in 0..inner {
            line.clear();
            line.extend(x[column..].iter().step_by(inner).copied().zip(0..));
            if count < size {
                line.select_nth_unstable_by(count, by_index);
            }
            line[..count].sort_unstable_by(by_index);
            for (place, &(_, index)) in places[column..].iter_mut().step_by(inner).zip(&line[..count]) {
                *place = index;
            }
        }
    }
}

fn compare<E: Element>(x: E, y: E) -> Ordering {
    x.partial_cmp(&y).unwrap_or_else(|| x.is_nan().cmp(&y.is_nan()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    #[test]
    fn agrees_with_a_stable_sort_on_threads() {
        let threads = num_threads();
        set_num_threads(3);
        for along in [
            Along { outer: 500, size: 300, inner: 1 },
            Along { outer: 40, size: 50, inner: 70 },
            Along { outer: 2, size: 3, inner: 1 },
        ] {
            let x: Vec<f32> = (0..along.count()).map(|at| (at * 7919 % 101) as f32).collect();
            for (count, descending) in [(along.size, false), (3, true), (1, false), (3, false), (1, true)] {
                let places = orders(&x, along, count, descending);
                for at in 0..along.reduced() {
                    let (outer, column) = (at / along.inner, at % along.inner);
                    let element =
                        |place: &u32| x[(outer * along.size + *place as usize) * along.inner + column];
                    let mut expected: Vec<u32> = (0..along.size as u32).collect();
                    match descending {
                        true => expected.sort_by(|a, b| element(b).total_cmp(&element(a))),
                        false => expected.sort_by(|a, b| element(a).total_cmp(&element(b))),
                    }
                    let found: Vec<u32> = (0..count)
                        .map(|place| places[(outer * count + place) * along.inner + column])
                        .collect();
                    assert_eq!(found, expected[..count]);
                }
            }
        }
        set_num_threads(threads);
    }

    #[test]
    fn few_of_many_agree_with_all() {
        let mut x: Vec<f32> = (0..1000).map(|at| (at * 7919 % 101) as f32).collect();
        for nan_at in [None, Some(40), Some(999), Some(0)] {
            if let Some(at) = nan_at {
                x[at] = f32::NAN;
            }
            for (count, descending) in [(1, false), (7, false), (1, true), (7, true), (62, true), (62, false)]
            {
                let all = orders(&x, Along::row(1000), 1000, descending);
                assert_eq!(orders(&x, Along::row(1000), count, descending)[..], all[..count]);
            }
        }
    }
}
