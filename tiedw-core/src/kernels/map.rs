//! Elementwise loops.

use super::simd::vectorized;
use crate::Element;
use crate::buffer::Buffer;

/// Below this many numbers a loop is not worth a choice of vectors.
const FEW: usize = 32;

/// `f` of each number.
#[inline]
pub(crate) fn map<E: Element>(x: &[E], f: impl Fn(E) -> E) -> Buffer<E> {
    if x.len() < FEW { x.iter().map(|&x| f(x)).collect() } else { map_wide(x, f) }
}

vectorized! {
    fn map_wide[E: Element, F: Fn(E) -> E](x: &[E], f: F) -> Buffer<E> {
        let mut y = Buffer::with_capacity(x.len());
        for (y, &x) in y.spare_capacity_mut().iter_mut().zip(x) {
            y.write(f(x));
        }
        // SAFETY: the capacity is at least the length of `x`, so the loop wrote that many numbers.
        unsafe { y.set_len(x.len()) };
        y
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
pub(crate) fn zip<E: Element>(x: &[E], y: &[E], f: impl Fn(E, E) -> E) -> Buffer<E> {
    if x.len() < FEW { x.iter().zip(y).map(|(&x, &y)| f(x, y)).collect() } else { zip_wide(x, y, f) }
}

vectorized! {
    fn zip_wide[E: Element, F: Fn(E, E) -> E](x: &[E], y: &[E], f: F) -> Buffer<E> {
        assert_eq!(x.len(), y.len());
        let mut z = Buffer::with_capacity(x.len());
        for ((z, &x), &y) in z.spare_capacity_mut().iter_mut().zip(x).zip(y) {
            z.write(f(x, y));
        }
        // SAFETY: the capacity is at least the length of both, so the loop wrote that many numbers.
        unsafe { z.set_len(x.len()) };
        z
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
