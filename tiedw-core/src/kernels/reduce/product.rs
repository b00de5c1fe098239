//! Products.

use super::{Along, fold_part, in_parts, of_all};
use crate::Element;
use crate::kernels::lanes::reduced;
use crate::kernels::rows::share_of_rows;
use crate::kernels::simd::vectorized;
use crate::kernels::threads::parallel_for_each;
use crate::pooled_vec::PooledVec;

/// The products along the axis.
pub(crate) fn products<E: Element>(x: &[E], along: Along) -> PooledVec<E> {
    in_parts(along, |first, y| fold_part(x, along, first, y, E::ONE, |x, y| x * y))
}

/// The product of all elements.
pub(crate) fn product_of_all<E: Element>(x: &[E]) -> E {
    of_all(x, products)
}

/// d times the product of the other elements along the axis.
pub(crate) fn products_vjp<E: Element>(x: &[E], along: Along, d: &[E]) -> PooledVec<E> {
    let mut dx = PooledVec::unset(x.len());
    let width = along.size * along.inner;
    match share_of_rows(x.len(), width) {
        None => others_of_part(x, along, d, &mut dx),
        Some(share) => {
            let parts = x.chunks(share).zip(d.chunks(share / width * along.inner));
            parallel_for_each(parts.zip(dx.chunks_mut(share)), |((x, d), dx)| {
                others_of_part(x, along, d, dx)
            });
        }
    }
    dx
}

vectorized! {
    fn others_of_part[E: Element](x: &[E], along: Along, d: &[E], dx: &mut [E]) {
        let (width, inner) = (along.size * along.inner, along.inner);
        if width == 0 {
            return;
        }
        let mut after = PooledVec::unset(inner);
        for ((x, dx), d) in x.chunks_exact(width).zip(dx.chunks_exact_mut(width)).zip(d.chunks_exact(inner)) {
            if inner == 1 {
                others_of_row(x, d[0], dx);
                continue;
            }
            // Each gets d and what is before it, then what is after it.
            dx[..inner].copy_from_slice(d);
            for row in 1..along.size {
                let (before, dx) = dx.split_at_mut(row * inner);
                let before = before[(row - 1) * inner..].iter().zip(&x[(row - 1) * inner..]);
                for (dx, (&before, &x)) in dx[..inner].iter_mut().zip(before) {
                    *dx = before * x;
                }
            }
            after.fill(E::ONE);
            for (x, dx) in x.rchunks_exact(inner).zip(dx.rchunks_exact_mut(inner)) {
                for ((after, dx), &x) in after.iter_mut().zip(dx).zip(x) {
                    *dx *= *after;
                    *after *= x;
                }
            }
        }
    }
}

#[inline(always)]
fn others_of_row<E: Element>(x: &[E], d: E, dx: &mut [E]) {
    let product = reduced(x, E::ONE, |x, y| x * y);
    // Far from where products round to zero, the others are the quotient.
    let smallest = reduced(x, -E::NEG_INFINITY, |x, y| if x.abs() < y { x.abs() } else { y });
    let tiny = E::from_f64(1e-30);
    if smallest > tiny && product.abs() > tiny && product.abs() < -E::NEG_INFINITY {
        for (dx, &x) in dx.iter_mut().zip(x) {
            *dx = d * (product / x);
        }
        return;
    }
    let mut before = d;
    for (dx, &x) in dx.iter_mut().zip(x) {
        *dx = before;
        before *= x;
    }
    let mut after = E::ONE;
    for (dx, &x) in dx.iter_mut().zip(x).rev() {
        *dx *= after;
        after *= x;
    }
}
