//! Functions of the sine and the cosine, and of the tangent.

use super::rows::share_of_rows;
use super::simd::{MulAdd, vectorized};
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Computed at a time, so that few far elements do not slow down the others.
const BLOCK: usize = 64;

/// `f` of the sine and the cosine of each element: up to two results.
#[inline(always)]
pub(crate) fn of_sin_cos<E: Element, const N: usize>(
    x: &[E],
    f: impl Fn(E, E) -> [E; N] + Copy + Sync,
) -> [PooledVec<E>; N] {
    each::<E, N, false>(x, f)
}

/// `f` of the tangent of each element.
#[inline(always)]
pub(crate) fn of_tan<E: Element, const N: usize>(
    x: &[E],
    f: impl Fn(E) -> [E; N] + Copy + Sync,
) -> [PooledVec<E>; N] {
    each::<E, N, true>(x, move |tan, _| f(tan))
}

/// Says whether the sine and the cosine are wanted, or the `TANGENT` and 1.
#[derive(Clone, Copy)]
struct Wanted<const TANGENT: bool>;

#[inline(always)]
fn each<E: Element, const N: usize, const TANGENT: bool>(
    x: &[E],
    f: impl Fn(E, E) -> [E; N] + Copy + Sync,
) -> [PooledVec<E>; N] {
    let mut y = [(); N].map(|()| PooledVec::unset(x.len()));
    match share_of_rows(x.len(), BLOCK) {
        None => of_part(x, y.each_mut().map(|y| &mut y[..]), Wanted::<TANGENT>, f),
        Some(share) => {
            let mut parts = y.each_mut().map(|y| y.chunks_mut(share));
            let parts = x.chunks(share).map(|x| {
                (x, parts.each_mut().map(|parts| parts.next().expect("as many parts as the argument has")))
            });
            parallel_for_each(parts, |(x, y)| of_part(x, y, Wanted::<TANGENT>, f));
        }
    }
    y
}

vectorized! {
    fn of_part[E: Element, const N: usize, const TANGENT: bool, F: Fn(E, E) -> [E; N] + Copy](
        x: &[E], y: [&mut [E]; N], wanted: Wanted<TANGENT>, f: F; mul_add
    ) {
        let (mut y, Wanted::<TANGENT>) = (y, wanted);
        let whole = x.len() / BLOCK * BLOCK;
        for start in (0..whole).step_by(BLOCK) {
            let x = &x[start..][..BLOCK];
            of_block::<E, N, TANGENT>(x, y.each_mut().map(|y| &mut y[start..][..BLOCK]), mul_add, f);
        }
        of_block::<E, N, TANGENT>(&x[whole..], y.each_mut().map(|y| &mut y[whole..]), mul_add, f);
    }
}

// The sine and the cosine are called by name: a function that is passed might not be inlined, and fused operations outside of code
// that is compiled for them are slow calls.
#[inline(always)]
fn of_block<E: Element, const N: usize, const TANGENT: bool>(
    x: &[E],
    mut y: [&mut [E]; N],
    mul_add: MulAdd,
    f: impl Fn(E, E) -> [E; N],
) {
    let mut are_near = true;
    for (at, &x) in x.iter().enumerate() {
        let (sin, cos) = if TANGENT { (x.tan_near(mul_add), E::ONE) } else { x.sin_cos_near(mul_add) };
        are_near &= x.abs() < E::FAR_ANGLE;
        for (y, result) in y.iter_mut().zip(f(sin, cos)) {
            y[at] = result;
        }
    }
    if !are_near {
        of_far_block::<E, N, TANGENT>(x, y, f);
    }
}

#[cold]
#[inline(never)]
fn of_far_block<E: Element, const N: usize, const TANGENT: bool>(
    x: &[E],
    mut y: [&mut [E]; N],
    f: impl Fn(E, E) -> [E; N],
) {
    for (at, &x) in x.iter().enumerate() {
        let (sin, cos) = if TANGENT { (x.tan(), E::ONE) } else { x.sin_cos() };
        for (y, result) in y.iter_mut().zip(f(sin, cos)) {
            y[at] = result;
        }
    }
}
