//! Cumulative products.

use std::array;

use super::Along;
use crate::Element;
use crate::kernels::rows::share_of_rows;
use crate::kernels::simd::vectorized;
use crate::kernels::threads::parallel_for_each;
use crate::pooled_vec::PooledVec;

/// For each element, the product of those along the axis up to it.
pub(crate) fn cumulative_products<E: Element>(x: &[E], along: Along) -> PooledVec<E> {
    let mut y = PooledVec::copy(x);
    match share_of_rows(y.len(), along.size * along.inner) {
        None => products_of_part(&mut y, along),
        Some(share) => parallel_for_each(y.chunks_mut(share), |y| products_of_part(y, along)),
    }
    y
}

/// The pullback of the products `y`, in place.
///
/// The cotangent of an element is the product before it times s, where s = d + s' x' with those of the next element, so that nothing
/// is divided by an element that may be 0.
pub(crate) fn cumulative_products_vjp<E: Element>(d: &mut [E], x: &[E], y: &[E], along: Along) {
    match share_of_rows(d.len(), along.size * along.inner) {
        None => cotangents_of_part(d, x, y, along),
        Some(share) => {
            let parts = d.chunks_mut(share).zip(x.chunks(share)).zip(y.chunks(share));
            parallel_for_each(parts, |((d, x), y)| cotangents_of_part(d, x, y, along));
        }
    }
}

vectorized! {
    fn products_of_part[E: Element](y: &mut [E], along: Along) {
        let (width, inner) = (along.size * along.inner, along.inner);
        if inner == 1 {
            let mut groups = y.chunks_exact_mut(AT_ONCE * width.max(1));
            for rows in &mut groups {
                products_of_rows::<AT_ONCE, E>(rows, width);
            }
            for row in groups.into_remainder().chunks_exact_mut(width.max(1)) {
                products_of_rows::<1, E>(row, width);
            }
            return;
        }
        for y in y.chunks_exact_mut(width.max(1)) {
            for start in (inner..width).step_by(inner) {
                let (before, rest) = y.split_at_mut(start);
                for (y, &before) in rest[..inner].iter_mut().zip(&before[start - inner..]) {
                    *y = before * *y;
                }
            }
        }
    }
}

/// Rows whose products are computed at once, since each waits for the one before it.
const AT_ONCE: usize = 4;

#[inline(always)]
fn products_of_rows<const ROWS: usize, E: Element>(y: &mut [E], width: usize) {
    let mut parts = y.chunks_exact_mut(width);
    let mut rows: [&mut [E]; ROWS] = array::from_fn(|_| parts.next().expect("as many rows"));
    let mut products = [E::ONE; ROWS];
    for at in 0..width {
        for (product, row) in products.iter_mut().zip(&mut rows) {
            *product *= row[at];
            row[at] = *product;
        }
    }
}

vectorized! {
    fn cotangents_of_part[E: Element](d: &mut [E], x: &[E], y: &[E], along: Along) {
        let (width, inner) = (along.size * along.inner, along.inner);
        let blocks = d.chunks_exact_mut(width.max(1)).zip(x.chunks_exact(width.max(1))).zip(y.chunks_exact(width.max(1)));
        for ((d, x), y) in blocks {
            if inner == 1 {
                let mut after = E::ZERO;
                for at in (0..width).rev() {
                    let sum = d[at] + after;
                    after = sum * x[at];
                    d[at] = if at == 0 { sum } else { sum * y[at - 1] };
                }
                continue;
            }
            for start in (inner..width).step_by(inner).rev() {
                let (d, after) = d.split_at_mut(start);
                let next = after[..inner].iter().zip(&x[start..]);
                for (d, (&after, &x)) in d[start - inner..].iter_mut().zip(next) {
                    *d += after * x;
                }
            }
            for (d, &before) in d[inner..].iter_mut().zip(y) {
                *d *= before;
            }
        }
    }
}
