//! Maxima and minima, and where they are. NaN is larger than every number, and smaller.

use super::{Along, fold, in_parts, of_all};
use crate::Element;
use crate::kernels::lanes::{extreme, first, reduced};
use crate::kernels::simd::vectorized;
use crate::pooled_vec::PooledVec;

/// Whether `x` is to be taken, and `y` was before.
#[inline(always)]
fn better<E: Element>(largest: bool, x: E, y: E) -> bool {
    (if largest { x > y } else { x < y }) | x.is_nan()
}

/// Less than any number for a maximum, more for a minimum.
#[inline(always)]
fn worst<E: Element>(largest: bool) -> E {
    if largest { E::NEG_INFINITY } else { -E::NEG_INFINITY }
}

/// The maxima along the axis, or the minima.
pub(crate) fn extremes<E: Element>(x: &[E], along: Along, largest: bool) -> PooledVec<E> {
    match (largest, along.inner == 1 && along.size > 0) {
        (true, true) => of_rows(x, along, worst(true), |x, y| x > y),
        (false, true) => of_rows(x, along, worst(false), |x, y| x < y),
        (true, false) => fold(x, along, worst(true), |x, y| if better(true, x, y) { x } else { y }),
        (false, false) => fold(x, along, worst(false), |x, y| if better(false, x, y) { x } else { y }),
    }
}

#[inline(always)]
fn of_rows<E: Element>(
    x: &[E],
    along: Along,
    worst: E,
    is_better: impl Fn(E, E) -> bool + Copy + Sync,
) -> PooledVec<E> {
    in_parts(along, |first, y: &mut [E]| {
        of_rows_of_part(&x[first * along.size..], along.size, y, worst, is_better);
    })
}

vectorized! {
    fn of_rows_of_part[E: Element, F: Fn(E, E) -> bool + Copy](
        x: &[E], size: usize, y: &mut [E], worst: E, is_better: F
    ) {
        for (y, x) in y.iter_mut().zip(x.chunks_exact(size)) {
            *y = extreme(x, worst, is_better);
        }
    }
}

/// The maximum of all elements, or the minimum.
pub(crate) fn extreme_of_all<E: Element>(x: &[E], largest: bool) -> E {
    of_all(x, |x, along| extremes(x, along, largest))
}

/// The indices along the axis of the maxima or minima: the first of equal ones, or the first NaN.
pub(crate) fn places_of_extremes<E: Element>(x: &[E], along: Along, largest: bool) -> PooledVec<u32> {
    in_parts(along, |start, places| {
        if largest {
            places_of_part(x, along, start, places, worst(true), |x, y| better(true, x, y))
        } else {
            places_of_part(x, along, start, places, worst(false), |x, y| better(false, x, y))
        }
    })
}

vectorized! {
    fn places_of_part[E: Element, F: Fn(E, E) -> bool + Copy](
        x: &[E], along: Along, start: usize, places: &mut [u32], worst: E, better: F
    ) {
        if along.inner == 1 {
            for (place, x) in places.iter_mut().zip(x[start * along.size..].chunks_exact(along.size)) {
                let found = reduced(x, worst, |x, y| if better(x, y) { x } else { y });
                let at = if found.is_nan() { first(x, E::is_nan) } else { first(x, |x| x == found) };
                *place = at.expect("an extreme is one of the elements") as u32;
            }
            return;
        }
        places.fill(0);
        let mut found = PooledVec::unset(places.len().min(along.inner));
        for (at, start, width) in along.runs(start, start + places.len()) {
            let (places, found) = (&mut places[at..at + width], &mut found[..width]);
            found.copy_from_slice(&x[start..start + width]);
            for row in 1..along.size {
                let x = &x[start + row * along.inner..][..width];
                for ((place, found), &x) in places.iter_mut().zip(found.iter_mut()).zip(x) {
                    let is_better = better(x, *found) & !found.is_nan();
                    *place = if is_better { row as u32 } else { *place };
                    *found = if is_better { x } else { *found };
                }
            }
        }
    }
}
