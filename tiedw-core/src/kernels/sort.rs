//! The order of elements along an axis.

use std::cmp::Ordering;

use super::reduce::Along;
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::swapped::{Swapped, swapped};
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Elements that are compared together with the last one of those that are taken.
const BLOCK: usize = 16;

/// The indices along the axis of the `count` smallest elements, in order, or of the largest. Of equal elements, the first comes
/// first. NaN is larger than all numbers.
pub(crate) fn orders<E: Element>(x: &[E], along: Along, count: usize, descending: bool) -> PooledVec<u32> {
    let Along { size, inner, .. } = along;
    if along.reduced() * count == 0 {
        return PooledVec::unset(0);
    }
    if inner == 1 {
        return orders_of_lines(x, size, count, descending);
    }
    let lines = swapped(x, Swapped { rows: size, between: 1, columns: inner, inner: 1 });
    let places = orders_of_lines(&lines, size, count, descending);
    swapped(&places, Swapped { rows: inner, between: 1, columns: count, inner: 1 })
}

/// The same of each line of `size` elements.
fn orders_of_lines<E: Element>(x: &[E], size: usize, count: usize, descending: bool) -> PooledVec<u32> {
    let mut places = PooledVec::unset(x.len() / size * count);
    match share_of_rows(x.len(), size) {
        None => orders_of_part(x, size, &mut places, count, descending),
        Some(share) => {
            let parts = x.chunks(share).zip(places.chunks_mut(share / size * count));
            parallel_for_each(parts, |(x, places)| orders_of_part(x, size, places, count, descending));
        }
    }
    places
}

fn orders_of_part<E: Element>(x: &[E], size: usize, places: &mut [u32], count: usize, descending: bool) {
    // With few of many elements, most are compared with the last one of those that are taken, and not ordered.
    match (descending, 16 * count <= size) {
        (true, true) => first_of_many(x, size, places, count, |x, y| compare(y, x), |x, last| x <= last),
        (false, true) => first_of_many(x, size, places, count, compare, |x, last| x >= last),
        (true, false) => sorted(x, size, places, count, |x, y| compare(y, x)),
        (false, false) => sorted(x, size, places, count, compare),
    }
}

vectorized! {
    /// As [`sorted`], by inserting elements into those that are taken so far. `is_behind` is a quick test that an element does not
    /// precede the last one of those; it is false if one of them is NaN.
    fn first_of_many[E: Element, C: Fn(E, E) -> Ordering, B: Fn(E, E) -> bool + Copy](
        x: &[E], size: usize, places: &mut [u32], count: usize, compare: C, is_behind: B
    ) {
        let mut taken: Vec<(E, u32)> = Vec::with_capacity(count + 1);
        let worst = if is_behind(E::NEG_INFINITY, E::ZERO) { E::NEG_INFINITY } else { -E::NEG_INFINITY };
        for (line, places) in x.chunks_exact(size).zip(places.chunks_exact_mut(count)) {
            if first_by_rank(line, places, worst, is_behind) {
                continue;
            }
            taken.clear();
            taken.extend(line[..count].iter().copied().zip(0..));
            taken.sort_by(|a, b| compare(a.0, b.0));
            let mut last = taken[count - 1].0;
            let (mut at, mut rest) = (count, &line[count..]);
            while !rest.is_empty() {
                let (block, after) = rest.split_at(rest.len().min(BLOCK));
                let precedes = block.iter().fold(false, |any, &x| any | !is_behind(x, last));
                if precedes {
                    for (next, &x) in block.iter().enumerate() {
                        if is_behind(x, last) || compare(x, last) != Ordering::Less {
                            continue;
                        }
                        let behind = taken.partition_point(|&(y, _)| compare(x, y) != Ordering::Less);
                        taken.insert(behind, (x, (at + next) as u32));
                        taken.pop();
                        last = taken[count - 1].0;
                    }
                }
                (at, rest) = (at + block.len(), after);
            }
            places.iter_mut().zip(&taken).for_each(|(place, &(_, index))| *place = index);
        }
    }
}

/// Groups of elements of a line.
const GROUPS: usize = 64;

/// Finds the first elements of a line by counting, for each that may be one of them, those that precede it. Returns false if there
/// is a NaN, or if there are too many equal elements or elements to take.
#[inline(always)]
fn first_by_rank<E: Element>(
    line: &[E],
    places: &mut [u32],
    worst: E,
    is_behind: impl Fn(E, E) -> bool + Copy,
) -> bool {
    const MOST: usize = 64;
    if places.len() > GROUPS / 2 || line.len() < 4 * GROUPS {
        return false;
    }
    let Some(bound) = bound(line, places.len(), worst, is_behind) else { return false };
    let (mut candidates, mut indices, mut count) = ([worst; MOST], [0; MOST], 0);
    for (at, block) in line.chunks(BLOCK).enumerate() {
        let any = block.iter().fold(false, |any, &x| any | is_behind(bound, x));
        if !any {
            continue;
        }
        if count + BLOCK > MOST {
            return false;
        }
        for (next, &x) in block.iter().enumerate() {
            (candidates[count], indices[count]) = (x, (at * BLOCK + next) as u32);
            count += usize::from(is_behind(bound, x));
        }
    }
    let mut ranks = [0; MOST];
    for at in 0..count {
        for before in 0..at {
            let stays = is_behind(candidates[at], candidates[before]);
            ranks[at] += usize::from(stays);
            ranks[before] += usize::from(!stays);
        }
    }
    for (&rank, &index) in ranks.iter().zip(&indices).take(count) {
        if let Some(place) = places.get_mut(rank) {
            *place = index;
        }
    }
    true
}

/// An element of the line that at least `count` elements are not behind: the last of the first `count` among the first elements of
/// groups. `None` if there is a NaN.
#[inline(always)]
fn bound<E: Element>(
    line: &[E],
    count: usize,
    worst: E,
    is_behind: impl Fn(E, E) -> bool + Copy,
) -> Option<E> {
    let (wide, rest) = line.as_chunks::<GROUPS>();
    let (mut firsts, mut has_nan) = ([worst; GROUPS], false);
    for line in wide {
        for group in 0..GROUPS {
            firsts[group] = if is_behind(line[group], firsts[group]) { firsts[group] } else { line[group] };
        }
        let mut any = false;
        for group in 0..GROUPS / 2 {
            any |= line[group].is_nan() | line[group + GROUPS / 2].is_nan();
        }
        has_nan |= any;
    }
    for (first, &x) in firsts.iter_mut().zip(rest) {
        *first = if is_behind(x, *first) { *first } else { x };
        has_nan |= x.is_nan();
    }
    if has_nan {
        return None;
    }
    let mut ranks = [0_u32; GROUPS];
    for &other in &firsts {
        for group in 0..GROUPS {
            ranks[group] += u32::from(!is_behind(other, firsts[group]));
        }
    }
    let best = -worst;
    Some(firsts.iter().zip(ranks).fold(best, |bound, (&first, rank)| {
        if (rank as usize) < count && is_behind(first, bound) { first } else { bound }
    }))
}

fn sorted<E: Element>(
    x: &[E],
    size: usize,
    places: &mut [u32],
    count: usize,
    compare: impl Fn(E, E) -> Ordering,
) {
    let mut line = Vec::with_capacity(size);
    let by_index = |a: &(E, u32), b: &(E, u32)| compare(a.0, b.0).then(a.1.cmp(&b.1));
    for (x, places) in x.chunks_exact(size).zip(places.chunks_exact_mut(count)) {
        line.clear();
        line.extend(x.iter().copied().zip(0..));
        if count < size {
            line.select_nth_unstable_by(count, by_index);
        }
        line[..count].sort_unstable_by(by_index);
        places.iter_mut().zip(&line[..count]).for_each(|(place, &(_, index))| *place = index);
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
        let spread: Vec<f32> = (0..1000).map(|at| (at * 7919 % 1009) as f32 - 500.0).collect();
        let ties: Vec<f32> = (0..1000).map(|at| (at * 7919 % 101) as f32).collect();
        let zeros: Vec<f32> = (0..300).map(|at| if at % 3 == 0 { -0.0 } else { 0.0 }).collect();
        let infinite: Vec<f32> =
            (0..300).map(|at| if at % 90 == 7 { 1.0 } else { f32::NEG_INFINITY }).collect();
        let negated: Vec<f32> = infinite.iter().map(|x| -x).collect();
        for mut x in [spread, ties, zeros, infinite, negated] {
            for nan_at in [None, Some(40), Some(x.len() - 1), Some(0)] {
                if let Some(at) = nan_at {
                    x[at] = f32::NAN;
                }
                for (count, descending) in
                    [1, 2, 7, 18, 32, 33, 62].into_iter().flat_map(|n| [(n, false), (n, true)])
                {
                    let along = Along::row(x.len());
                    let all = orders(&x, along, x.len(), descending);
                    assert_eq!(orders(&x, along, count, descending)[..], all[..count]);
                }
            }
        }
    }
}
