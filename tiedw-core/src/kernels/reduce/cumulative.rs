//! Cumulative sums.

use super::Along;
use crate::Element;
use crate::kernels::rows::share_of_rows;
use crate::kernels::simd::vectorized;
use crate::kernels::threads::parallel_for_each;
use crate::pooled_vec::PooledVec;

/// For each element, the sum of those along the axis up to it, or from it on if `back`. The sums are wide, since their
/// rounding errors would add up.
pub(crate) fn cumulative_sums<E: Element>(x: &[E], along: Along, back: bool) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    let width = along.size * along.inner;
    match share_of_rows(x.len(), width) {
        None => sums_of_part(x, along, back, &mut y),
        Some(share) => {
            parallel_for_each(x.chunks(share).zip(y.chunks_mut(share)), |(x, y)| {
                sums_of_part(x, along, back, y)
            });
        }
    }
    y
}

vectorized! {
    fn sums_of_part[E: Element](x: &[E], along: Along, back: bool, y: &mut [E]) {
        let (width, inner) = (along.size * along.inner, along.inner);
        if width == 0 {
            return;
        }
        let mut sums: PooledVec<E::Wide> = PooledVec::unset(inner);
        for (x, y) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)) {
            let rows = x.chunks_exact(inner).zip(y.chunks_exact_mut(inner));
            match (inner, back) {
                (1, false) => sums_of_row(x.iter().zip(y)),
                (1, true) => sums_of_row(x.iter().zip(y).rev()),
                (_, false) => sums_of_rows(rows, &mut sums),
                (_, true) => sums_of_rows(rows.rev(), &mut sums),
            }
        }
    }
}

#[inline(always)]
fn sums_of_row<'x, E: Element>(row: impl Iterator<Item = (&'x E, &'x mut E)>) {
    let mut sum = E::Wide::ZERO;
    for (&x, y) in row {
        sum += x.widen();
        *y = E::narrow(sum);
    }
}

#[inline(always)]
fn sums_of_rows<'x, E: Element>(rows: impl Iterator<Item = (&'x [E], &'x mut [E])>, sums: &mut [E::Wide]) {
    sums.fill(E::Wide::ZERO);
    for (x, y) in rows {
        for ((sum, &x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x.widen();
            *y = E::narrow(*sum);
        }
    }
}
