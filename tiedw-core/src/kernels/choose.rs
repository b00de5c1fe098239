//! A choice between two operands for each element.

use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The elements of `x` where the mask is set, and those of `y` elsewhere.
pub(crate) fn choose<E: Element>(mask: &[bool], x: &[E], y: &[E]) -> PooledVec<E> {
    assert!(mask.len() == x.len() && x.len() == y.len());
    let mut z = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 1) {
        None => choose_wide(mask, x, y, &mut z),
        Some(size) => {
            let parts = mask.chunks(size).zip(x.chunks(size)).zip(y.chunks(size)).zip(z.chunks_mut(size));
            parallel_for_each(parts, |(((mask, x), y), z)| choose_wide(mask, x, y, z));
        }
    }
    z
}

vectorized! {
    fn choose_wide[E: Element](mask: &[bool], x: &[E], y: &[E], z: &mut [E]) {
        for (((z, &mask), &x), &y) in z.iter_mut().zip(mask).zip(x).zip(y) {
            *z = if mask { x } else { y };
        }
    }
}
