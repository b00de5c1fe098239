//! Elementwise loops.

use std::marker::PhantomData;

use super::rows::share_of_rows;
use super::simd::{MulAdd, prefetch_to_write, vectorized};
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::{Pooled, PooledVec};

/// With fewer elements than this, dispatch to an ISA does not pay.
const FEW: usize = 32;
/// Elements that are computed together: a cache line of `f32`.
const RUN: usize = 16;
/// How far ahead results are prefetched, in elements.
const AHEAD: usize = 16 * RUN;

/// `f` of each element.
#[inline]
pub(crate) fn map<X: Pooled, Y: Pooled>(x: &[X], f: impl Fn(X) -> Y + Sync) -> PooledVec<Y> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 1) {
        _ if x.len() < FEW => {
            for (y, &x) in y.iter_mut().zip(x) {
                *y = f(x);
            }
        }
        None => map_wide(x, &mut y, f),
        Some(size) => {
            let parts = x.chunks(size).zip(y.chunks_mut(size));
            parallel_for_each(parts, |(x, y)| map_wide(x, y, &f));
        }
    }
    y
}

vectorized! {
    fn map_wide[X: Pooled, Y: Pooled, F: Fn(X) -> Y](x: &[X], y: &mut [Y], f: F) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = f(x);
        }
    }
}

/// `f` of each element, for functions with many multiply-adds. `f` must be inlined, or these are slow.
#[inline]
pub(crate) fn map_by<E: Element>(x: &[E], f: impl Fn(E, MulAdd) -> E + Copy + Sync) -> PooledVec<E> {
    map_into(x, |x, y| map_by_wide(x, y, f))
}

/// What a function writes for each element, on all threads.
#[inline]
pub(crate) fn map_into<E: Element>(x: &[E], into: impl Fn(&[E], &mut [E]) + Sync) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 1) {
        None => into(x, &mut y),
        Some(size) => parallel_for_each(x.chunks(size).zip(y.chunks_mut(size)), |(x, y)| into(x, y)),
    }
    y
}

vectorized! {
    pub(crate) fn map_by_wide[E: Element, F: Fn(E, MulAdd) -> E](x: &[E], y: &mut [E], f: F; mul_add) {
        // In short runs, since the compiler would interleave more elements than the registers hold.
        let (x_runs, x) = x.as_chunks::<RUN>();
        let (y_runs, y) = y.as_chunks_mut::<RUN>();
        for (y, x) in y_runs.iter_mut().zip(x_runs) {
            prefetch_to_write(y.as_ptr().wrapping_add(AHEAD));
            for (y, &x) in y.iter_mut().zip(x) {
                *y = f(x, mul_add);
            }
        }
        for (y, &x) in y.iter_mut().zip(x) {
            *y = f(x, mul_add);
        }
    }
}

/// Both components of `f` of each element, for functions as in [`map_by`].
#[inline]
pub(crate) fn map_pair_by<E: Element>(
    x: &[E],
    f: impl Fn(E, MulAdd) -> (E, E) + Copy + Sync,
) -> (PooledVec<E>, PooledVec<E>) {
    let (mut y, mut z) = (PooledVec::unset(x.len()), PooledVec::unset(x.len()));
    match share_of_rows(x.len(), 1) {
        None => map_pair_by_wide(x, &mut y, &mut z, f),
        Some(size) => {
            let parts = x.chunks(size).zip(y.chunks_mut(size)).zip(z.chunks_mut(size));
            parallel_for_each(parts, |((x, y), z)| map_pair_by_wide(x, y, z, f));
        }
    }
    (y, z)
}

vectorized! {
    fn map_pair_by_wide[E: Element, F: Fn(E, MulAdd) -> (E, E)](x: &[E], y: &mut [E], z: &mut [E], f: F; mul_add) {
        for ((y, z), &x) in y.iter_mut().zip(z).zip(x) {
            (*y, *z) = f(x, mul_add);
        }
    }
}

/// Replaces each element by `f` of it.
#[inline]
pub(crate) fn map_assign<E: Element>(x: &mut [E], f: impl Fn(E) -> E + Sync) {
    if x.len() < FEW {
        for x in x {
            *x = f(*x);
        }
        return;
    }
    match share_of_rows(x.len(), 1) {
        None => map_assign_wide(x, f),
        Some(size) => parallel_for_each(x.chunks_mut(size), |x| map_assign_wide(x, &f)),
    }
}

vectorized! {
    fn map_assign_wide[E: Element, F: Fn(E) -> E](x: &mut [E], f: F) {
        for x in x {
            *x = f(*x);
        }
    }
}

/// `f` of each pair of elements with the same index.
#[inline]
pub(crate) fn zip<X: Pooled, Y: Pooled, Z: Pooled>(
    x: &[X],
    y: &[Y],
    f: impl Fn(X, Y) -> Z + Sync,
) -> PooledVec<Z> {
    assert_eq!(x.len(), y.len());
    let mut z = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 1) {
        _ if x.len() < FEW => {
            for ((z, &x), &y) in z.iter_mut().zip(x).zip(y) {
                *z = f(x, y);
            }
        }
        None => zip_wide(x, y, &mut z, f),
        Some(size) => {
            let parts = x.chunks(size).zip(y.chunks(size)).zip(z.chunks_mut(size));
            parallel_for_each(parts, |((x, y), z)| zip_wide(x, y, z, &f));
        }
    }
    z
}

vectorized! {
    fn zip_wide[X: Pooled, Y: Pooled, Z: Pooled, F: Fn(X, Y) -> Z](x: &[X], y: &[Y], z: &mut [Z], f: F) {
        for ((z, &x), &y) in z.iter_mut().zip(x).zip(y) {
            *z = f(x, y);
        }
    }
}

/// A function of two numbers with many multiply-adds. As a type, it is inlined into the loops for each ISA, which one that is passed
/// is only if it is short.
pub(crate) trait OfPair {
    /// Must be `#[inline(always)]`.
    fn of<E: Element>(x: E, y: E, mul_add: MulAdd) -> E;
}

/// `P` of each pair of elements with the same index.
pub(crate) fn zip_by<P: OfPair, E: Element>(x: &[E], y: &[E]) -> PooledVec<E> {
    assert_eq!(x.len(), y.len());
    let mut z = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 1) {
        None => zip_by_wide(x, y, &mut z, PhantomData::<P>),
        Some(size) => {
            let parts = x.chunks(size).zip(y.chunks(size)).zip(z.chunks_mut(size));
            parallel_for_each(parts, |((x, y), z)| zip_by_wide(x, y, z, PhantomData::<P>));
        }
    }
    z
}

vectorized! {
    fn zip_by_wide[P: OfPair, E: Element](x: &[E], y: &[E], z: &mut [E], pair: PhantomData<P>; mul_add) {
        let PhantomData = pair;
        for ((z, &x), &y) in z.iter_mut().zip(x).zip(y) {
            *z = P::of(x, y, mul_add);
        }
    }
}

/// `f` of each pair of elements with the same index, and of the number of their column.
#[inline]
pub(crate) fn zip_columns<E: Element>(
    x: &[E],
    y: &[E],
    columns: &[E],
    f: impl Fn(E, E, E) -> E + Copy + Sync,
) -> PooledVec<E> {
    assert_eq!(x.len(), y.len());
    let mut z = PooledVec::unset(x.len());
    match share_of_rows(x.len(), columns.len()) {
        None => zip_columns_wide(x, y, columns, &mut z, f),
        Some(size) => {
            let parts = x.chunks(size).zip(y.chunks(size)).zip(z.chunks_mut(size));
            parallel_for_each(parts, |((x, y), z)| zip_columns_wide(x, y, columns, z, f));
        }
    }
    z
}

vectorized! {
    fn zip_columns_wide[E: Element, F: Fn(E, E, E) -> E](x: &[E], y: &[E], columns: &[E], z: &mut [E], f: F) {
        let width = columns.len().max(1);
        for ((x, y), z) in x.chunks(width).zip(y.chunks(width)).zip(z.chunks_mut(width)) {
            for (((z, &x), &y), &column) in z.iter_mut().zip(x).zip(y).zip(columns) {
                *z = f(x, y, column);
            }
        }
    }
}

/// Replaces each element of `x` by `f` of it and the element of `y` with the same index.
#[inline]
pub(crate) fn zip_assign<E: Element>(x: &mut [E], y: &[E], f: impl Fn(E, E) -> E + Sync) {
    if x.len() < FEW {
        for (x, &y) in x.iter_mut().zip(y) {
            *x = f(*x, y);
        }
        return;
    }
    match share_of_rows(x.len(), 1) {
        None => zip_assign_wide(x, y, f),
        Some(size) => {
            let parts = x.chunks_mut(size).zip(y.chunks(size));
            parallel_for_each(parts, |(x, y)| zip_assign_wide(x, y, &f));
        }
    }
}

vectorized! {
    fn zip_assign_wide[E: Element, F: Fn(E, E) -> E](x: &mut [E], y: &[E], f: F) {
        for (x, &y) in x.iter_mut().zip(y) {
            *x = f(*x, y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::MIN_TASK_SIZE;
    use super::*;

    #[test]
    fn loops_of_any_length_agree_with_iterators() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 100, 3 * MIN_TASK_SIZE + 5] {
            let x: Vec<f32> = (0..count).map(|at| at as f32 / 8.0).collect();
            let y: Vec<f32> = x.iter().map(|x| 3.0 - x).collect();
            let expected: Vec<f32> = x.iter().map(|x| x * x).collect();
            assert_eq!(*map(&x, |x| x * x), expected);
            assert_eq!(*map_by(&x, |x, mul_add| mul_add.of(x, x, 0.0)), expected);
            let (mut squares, mut products) = (x.clone(), x.clone());
            map_assign(&mut squares, |x| x * x);
            assert_eq!(squares, expected);
            let expected: Vec<f32> = x.iter().zip(&y).map(|(x, y)| x * y).collect();
            assert_eq!(*zip(&x, &y, |x, y| x * y), expected);
            assert_eq!(map_pair_by(&y, |y, _| (y, 3.0 - y)), (PooledVec::copy(&y), PooledVec::copy(&x)));
            zip_assign(&mut products, &y, |x, y| x * y);
            assert_eq!(products, expected);
            let columns = [1.0, 2.0, 0.5];
            let sums: Vec<f32> = x.iter().enumerate().map(|(at, x)| x * columns[at % 3] + y[at]).collect();
            let whole = count / 3 * 3;
            let found = zip_columns(&x[..whole], &y[..whole], &columns, |x, y, column| x * column + y);
            assert_eq!(*found, sums[..whole]);
        }
    }
}
