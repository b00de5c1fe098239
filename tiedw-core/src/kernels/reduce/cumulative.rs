//! Cumulative sums.

use std::array;

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
        let (mut x, mut y) = (x, y);
        if inner == 1 {
            let whole = y.len() - y.len() % (AT_ONCE * width);
            let ((rows, rest), (rows_y, rest_y)) = (x.split_at(whole), y.split_at_mut(whole));
            for (x, y) in rows.chunks_exact(AT_ONCE * width).zip(rows_y.chunks_exact_mut(AT_ONCE * width)) {
                sums_at_once(x, y, width, back);
            }
            (x, y) = (rest, rest_y);
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

/// Rows whose sums are computed at once, since each waits for the one before it.
const AT_ONCE: usize = 4;

#[inline(always)]
fn sums_at_once<E: Element>(x: &[E], y: &mut [E], width: usize, back: bool) {
    let x: [&[E]; AT_ONCE] = array::from_fn(|row| &x[row * width..][..width]);
    let mut rows = y.chunks_exact_mut(width);
    let y: [&mut [E]; AT_ONCE] = array::from_fn(|_| rows.next().expect("as many rows"));
    let mut sums = [E::Wide::ZERO; AT_ONCE];
    for step in 0..width {
        let at = if back { width - 1 - step } else { step };
        for row in 0..AT_ONCE {
            sums[row] += x[row][at].widen();
            y[row][at] = E::narrow(sums[row]);
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
