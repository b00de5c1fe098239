//! Elementwise loops.

use super::simd::vectorized;
use crate::Element;

/// Below this many numbers a loop is not worth a choice of vectors.
const FEW: usize = 32;

/// `f` of each number.
#[inline]
pub(crate) fn map<E: Element>(x: &[E], f: impl Fn(E) -> E) -> Vec<E> {
    if x.len() < FEW { x.iter().map(|&x| f(x)).collect() } else { map_wide(x, f) }
}

vectorized! {
    fn map_wide[E: Element, F: Fn(E) -> E](x: &[E], f: F) -> Vec<E> {
        x.iter().map(|&x| f(x)).collect()
    }
}

/// Each number replaced by `f` of it.
#[inline]
pub(crate) fn map_assign<E: Element>(x: &mut [E], f: impl Fn(E) -> E) {
    if x.len() < FEW {
        for x in x {
            *x = f(*x);
        }
    } else {
        map_assign_wide(x, f);
    }
}

vectorized! {
    fn map_assign_wide[E: Element, F: Fn(E) -> E](x: &mut [E], f: F) {
        for x in x {
            *x = f(*x);
        }
    }
}

/// `f` of each pair of numbers in the same place.
#[inline]
pub(crate) fn zip<E: Element>(x: &[E], y: &[E], f: impl Fn(E, E) -> E) -> Vec<E> {
    if x.len() < FEW { x.iter().zip(y).map(|(&x, &y)| f(x, y)).collect() } else { zip_wide(x, y, f) }
}

vectorized! {
    fn zip_wide[E: Element, F: Fn(E, E) -> E](x: &[E], y: &[E], f: F) -> Vec<E> {
        x.iter().zip(y).map(|(&x, &y)| f(x, y)).collect()
    }
}

/// Each number of `x` replaced by `f` of it and the one in the same place of `y`.
#[inline]
pub(crate) fn zip_assign<E: Element>(x: &mut [E], y: &[E], f: impl Fn(E, E) -> E) {
    if x.len() < FEW {
        for (x, &y) in x.iter_mut().zip(y) {
            *x = f(*x, y);
        }
    } else {
        zip_assign_wide(x, y, f);
    }
}

vectorized! {
    fn zip_assign_wide[E: Element, F: Fn(E, E) -> E](x: &mut [E], y: &[E], f: F) {
        for (x, &y) in x.iter_mut().zip(y) {
            *x = f(*x, y);
        }
    }
}
