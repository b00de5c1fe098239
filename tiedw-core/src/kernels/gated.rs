//! The gated linear unit of rows: a · sigmoid(b) of their halves a and b.

use super::rows::share_of_rows;
use super::sigmoid::{sigmoid, sigmoids};
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// a · sigmoid(b) of each row of twice `half` elements.
pub(crate) fn glu_rows<E: Element>(x: &[E], half: usize) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len() / 2);
    match share_of_rows(x.len(), 2 * half) {
        None => glu_part(x, half, &mut y),
        Some(share) => {
            parallel_for_each(x.chunks(share).zip(y.chunks_mut(share / 2)), |(x, y)| glu_part(x, half, y));
        }
    }
    y
}

vectorized! {
    fn glu_part[E: Element](x: &[E], half: usize, y: &mut [E]; mul_add) {
        for (x, y) in x.chunks_exact(2 * half.max(1)).zip(y.chunks_exact_mut(half.max(1))) {
            let (a, b) = x.split_at(half);
            for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
                *y = a * sigmoid(b, mul_add);
            }
        }
    }
}

/// d sigmoid(b) and d a sigmoid(b) sigmoid(-b), the pullback of [`glu_rows`].
pub(crate) fn glu_rows_vjp<E: Element>(x: &[E], half: usize, d: &[E]) -> PooledVec<E> {
    let mut dx = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 2 * half) {
        None => glu_part_vjp(x, half, d, &mut dx),
        Some(share) => {
            let parts = x.chunks(share).zip(d.chunks(share / 2)).zip(dx.chunks_mut(share));
            parallel_for_each(parts, |((x, d), dx)| glu_part_vjp(x, half, d, dx));
        }
    }
    dx
}

vectorized! {
    fn glu_part_vjp[E: Element](x: &[E], half: usize, d: &[E], dx: &mut [E]; mul_add) {
        let rows = x.chunks_exact(2 * half.max(1)).zip(dx.chunks_exact_mut(2 * half.max(1)));
        for ((x, dx), d) in rows.zip(d.chunks_exact(half.max(1))) {
            let ((a, b), (da, db)) = (x.split_at(half), dx.split_at_mut(half));
            for (((&a, &b), (da, db)), &d) in a.iter().zip(b).zip(da.iter_mut().zip(db)).zip(d) {
                let (gate, rest) = sigmoids(b, mul_add);
                *da = d * gate;
                *db = d * a * (gate * rest);
            }
        }
    }
}
