//! Batch norm: mean and variance of each column of a matrix.

use super::rows::sum_in_blocks;
use super::simd::vectorized;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The number of rows that are summed before their sum is added to that of the part.
const BLOCK: usize = 64;
/// The number of rows of a part; the sums of parts are added pairwise.
const PART: usize = 64 * BLOCK;

/// The sums over rows of each component of `f(x, d, mean, scale)`, with `mean` and `scale` of the column.
#[inline(always)]
fn column_sums<E: Element, const S: usize>(
    [x, d]: [&[E]; 2],
    columns: [&[E]; 2],
    f: impl Fn(E, E, E, E) -> [E; S] + Copy,
) -> [PooledVec<E>; S] {
    let width = columns[0].len();
    if x.len() <= PART * width {
        return sums_of_part([x, d], columns, f);
    }
    let sums = sum_in_blocks(x.len() / width, PART, S * width, |rows, sums| {
        let rows = rows.start * width..rows.end * width;
        let part = [&x[rows.clone()], &d[rows]];
        for (sums, part) in sums.chunks_exact_mut(width).zip(sums_of_part(part, columns, f)) {
            sums.copy_from_slice(&part);
        }
    });
    std::array::from_fn(|s| PooledVec::copy(&sums[s * width..][..width]))
}

fn zeros<E: Element, const S: usize>(width: usize) -> [PooledVec<E>; S] {
    std::array::from_fn(|_| PooledVec::zeros(width))
}

/// As [`column_sums`], for few rows.
#[inline(always)]
fn sums_of_part<E: Element, const S: usize>(
    [x, d]: [&[E]; 2],
    [mean, scale]: [&[E]; 2],
    f: impl Fn(E, E, E, E) -> [E; S],
) -> [PooledVec<E>; S] {
    let width = mean.len();
    let (mut totals, mut block) = (zeros::<E, S>(width), zeros::<E, S>(width));
    for (x, d) in x.chunks(BLOCK * width.max(1)).zip(d.chunks(BLOCK * width.max(1))) {
        for (x, d) in x.chunks_exact(width.max(1)).zip(d.chunks_exact(width.max(1))) {
            for (s, sums) in block.iter_mut().enumerate() {
                let columns = sums.iter_mut().zip(x).zip(d).zip(mean.iter().zip(scale));
                for (((sum, &x), &d), (&mean, &scale)) in columns {
                    *sum += f(x, d, mean, scale)[s];
                }
            }
        }
        for (totals, block) in totals.iter_mut().zip(&mut block) {
            for (total, sum) in totals.iter_mut().zip(block) {
                *total += *sum;
                *sum = E::ZERO;
            }
        }
    }
    totals
}

vectorized! {
    /// The mean and the biased variance of each column.
    pub(crate) fn column_moments[E: Element](x: &[E], width: usize) -> (PooledVec<E>, PooledVec<E>) {
        let count = E::from_count(x.len() / width.max(1));
        let zeros = PooledVec::zeros(width);
        let [mut mean] = column_sums([x, x], [&zeros, &zeros], |x, _, _, _| [x]);
        for mean in &mut mean {
            *mean /= count;
        }
        let [mut variance] = column_sums([x, x], [&mean, &zeros], |x, _, mean, _| [(x - mean) * (x - mean)]);
        for variance in &mut variance {
            *variance /= count;
        }
        (mean, variance)
    }
}

vectorized! {
    /// y = x · scale + shift, with scale and shift of the column.
    pub(crate) fn scale_and_shift[E: Element](x: &[E], scale: &[E], shift: &[E]) -> PooledVec<E> {
        let mut y = PooledVec::unset(x.len());
        let width = scale.len().max(1);
        for (y, x) in y.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
            for (((y, &x), &scale), &shift) in y.iter_mut().zip(x).zip(scale).zip(shift) {
                *y = x * scale + shift;
            }
        }
        y
    }
}

vectorized! {
    /// The sums over rows of d, and of d · (x - mean) · scale.
    pub(crate) fn normal_sums[E: Element](x: &[E], d: &[E], mean: &[E], scale: &[E]) -> [PooledVec<E>; 2] {
        column_sums([x, d], [mean, scale], |x, d, mean, scale| [d, d * ((x - mean) * scale)])
    }
}

vectorized! {
    /// The pullback of the normalization of columns, in place: d <- factor · (d - sum - normal · dot).
    pub(crate) fn batch_norm_vjp[E: Element](
        x: &[E],
        d: &mut [E],
        mean: &[E],
        scale: &[E],
        factor: &[E],
        sums: &[PooledVec<E>; 2],
    ) {
        let width = mean.len().max(1);
        for (d, x) in d.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
            let columns = mean.iter().zip(scale).zip(factor.iter().zip(sums[0].iter().zip(&sums[1])));
            for ((d, &x), ((&mean, &scale), (&factor, (&sum, &dot)))) in d.iter_mut().zip(x).zip(columns) {
                let normal = (x - mean) * scale;
                *d = factor * (*d - sum - normal * dot);
            }
        }
    }
}
