//! Mean and variance of each column of a matrix, and its normalization.

use super::reduce::is_far;
use super::rows::{share_of_rows, sum_in_blocks};
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The number of rows that are summed before their sum is added to that of the part.
const BLOCK: usize = 64;
/// The number of rows of a part; the sums of parts are added pairwise.
const PART: usize = 16 * BLOCK;

/// The sums over rows of each component of `f(x, d, mean)`, with the mean of the column.
#[inline(always)]
fn column_sums<E: Element, const S: usize>(
    [x, d]: [&[E]; 2],
    mean: &[E],
    f: impl Fn(E, E, E) -> [E; S] + Copy + Sync,
) -> [PooledVec<E>; S] {
    let (width, part) = (S * mean.len(), PART * mean.len());
    if x.len() <= part {
        let mut sums = PooledVec::unset(width);
        sums_of_part(x, d, mean, &mut sums, f);
        return each(&sums, mean.len());
    }
    let mut parts = PooledVec::unset(x.len().div_ceil(part) * width);
    let sums_of_parts = |(sums, (x, d)): (&mut [E], (&[E], &[E]))| {
        for (sums, (x, d)) in sums.chunks_exact_mut(width).zip(x.chunks(part).zip(d.chunks(part))) {
            sums_of_part(x, d, mean, sums, f);
        }
    };
    match share_of_rows(x.len(), part) {
        Some(share) if share > 0 => {
            let operands = x.chunks(share).zip(d.chunks(share));
            parallel_for_each(parts.chunks_mut(share / part * width).zip(operands), sums_of_parts);
        }
        _ => sums_of_parts((&mut parts, (x, d))),
    }
    let count = parts.len() / width;
    let sums = sum_in_blocks(count, 1, width, |part, sums| {
        sums.copy_from_slice(&parts[part.start * width..part.end * width]);
    });
    each(&sums, mean.len())
}

fn each<E: Element, const S: usize>(sums: &[E], width: usize) -> [PooledVec<E>; S] {
    std::array::from_fn(|s| PooledVec::copy(&sums[s * width..][..width]))
}

vectorized! {
    /// As [`column_sums`], for the rows of a part.
    fn sums_of_part[E: Element, F: Fn(E, E, E) -> [E; S] + Copy, const S: usize](
        x: &[E], d: &[E], mean: &[E], sums: &mut [E], f: F
    ) {
        let mut first = 0;
        while let rest = mean.len() - first && rest > 0 {
            first += match rest {
                32.. => sums_of_columns::<_, S, 32>([x, d], mean, first, sums, f),
                8.. => sums_of_columns::<_, S, 8>([x, d], mean, first, sums, f),
                _ => sums_of_columns::<_, S, 1>([x, d], mean, first, sums, f),
            };
        }
    }
}

/// The sums of `N` columns from the column `first` on. Returns `N`.
#[inline(always)]
fn sums_of_columns<E: Element, const S: usize, const N: usize>(
    [x, d]: [&[E]; 2],
    mean: &[E],
    first: usize,
    sums: &mut [E],
    f: impl Fn(E, E, E) -> [E; S],
) -> usize {
    /// Rows that are added to each other first, since each sum waits for the one before it.
    const AT_ONCE: usize = 4;
    let width = mean.len();
    let mean = &mean[first..][..N];
    let row =
        |x: &[E], at: usize| -> [E; N] { std::array::from_fn(|column| x[at * width + first..][..N][column]) };
    let mut totals = [[E::ZERO; N]; S];
    for (x, d) in x.chunks(BLOCK * width).zip(d.chunks(BLOCK * width)) {
        let mut block = [[E::ZERO; N]; S];
        let rows = x.len() / width;
        let whole = rows - rows % AT_ONCE;
        for at in (0..whole).step_by(AT_ONCE) {
            let x: [_; AT_ONCE] = std::array::from_fn(|next| row(x, at + next));
            let d: [_; AT_ONCE] = std::array::from_fn(|next| row(d, at + next));
            for column in 0..N {
                let terms: [_; AT_ONCE] =
                    std::array::from_fn(|next| f(x[next][column], d[next][column], mean[column]));
                for s in 0..S {
                    block[s][column] += (terms[0][s] + terms[1][s]) + (terms[2][s] + terms[3][s]);
                }
            }
        }
        for at in whole..rows {
            let (x, d) = (row(x, at), row(d, at));
            for column in 0..N {
                let terms = f(x[column], d[column], mean[column]);
                for s in 0..S {
                    block[s][column] += terms[s];
                }
            }
        }
        for s in 0..S {
            for column in 0..N {
                totals[s][column] += block[s][column];
            }
        }
    }
    for s in 0..S {
        sums[s * width + first..][..N].copy_from_slice(&totals[s]);
    }
    N
}

/// Mean of each column of a matrix of rows of `width` elements, its rounding error if that matters, and variance.
pub(crate) fn column_moments<E: Element>(x: &[E], width: usize) -> [PooledVec<E>; 3] {
    let count = E::from_count(x.len() / width.max(1));
    let mut rest = PooledVec::zeros(width);
    let [mut mean] = column_sums([x, x], &rest, |x, _, _| [x]);
    mean.iter_mut().for_each(|mean| *mean /= count);
    let [mut variance] = column_sums([x, x], &mean, |x, _, mean| [(x - mean) * (x - mean)]);
    if mean.iter().zip(&variance).any(|(&mean, &squares)| is_far(mean, squares, count)) {
        let [differences] = column_sums([x, x], &mean, |x, _, mean| [x - mean]);
        mean.iter_mut().zip(&differences).for_each(|(mean, &sum)| *mean += sum / count);
        [rest, variance] = column_sums([x, x], &mean, |x, _, mean| [x - mean, (x - mean) * (x - mean)]);
        for (rest, squares) in rest.iter_mut().zip(&mut variance) {
            let sum = std::mem::replace(rest, *rest / count);
            *squares -= sum * *rest;
            if *squares < E::ZERO {
                *squares = E::ZERO;
            }
        }
    }
    variance.iter_mut().for_each(|variance| *variance /= count);
    [mean, rest, variance]
}

/// y = (x - mean) · scale + shift, with those of the column.
///
/// With the mean as part of the shift, it would be rounded relative to x.
pub(crate) fn scale_and_shift<E: Element>(x: &[E], columns: [&[E]; 3], y: &mut [E]) {
    match share_of_rows(x.len(), columns[0].len()) {
        None => scale_and_shift_part(x, columns, y),
        Some(share) => parallel_for_each(x.chunks(share).zip(y.chunks_mut(share)), |(x, y)| {
            scale_and_shift_part(x, columns, y);
        }),
    }
}

vectorized! {
    fn scale_and_shift_part[E: Element](x: &[E], columns: [&[E]; 3], y: &mut [E]) {
        let [mean, scale, shift] = columns;
        let width = scale.len().max(1);
        for (y, x) in y.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
            for ((y, &x), ((&mean, &scale), &shift)) in y.iter_mut().zip(x).zip(mean.iter().zip(scale).zip(shift)) {
                *y = (x - mean) * scale + shift;
            }
        }
    }
}

/// The sums over rows of d, and of d · (x - mean) · scale.
pub(crate) fn normal_sums<E: Element>(x: &[E], d: &[E], mean: &[E], scale: &[E]) -> [PooledVec<E>; 2] {
    let [sum, mut dot] = column_sums([x, d], mean, |x, d, mean| [d, d * (x - mean)]);
    dot.iter_mut().zip(scale).for_each(|(dot, &scale)| *dot *= scale);
    [sum, dot]
}

/// The pullback of the normalization of columns, in place: d <- factor · d - scale · (sum + normal · dot) with the normalized
/// elements (x - mean) · scale.
pub(crate) fn batch_norm_vjp<E: Element>(
    x: &[E],
    d: &mut [E],
    [mean, scale]: [&[E]; 2],
    factor: &[E],
    sums: &[PooledVec<E>; 2],
) {
    let columns = sums[0].iter().zip(&sums[1]).zip(scale);
    let (shift, slope): (PooledVec<E>, PooledVec<E>) = (
        columns.clone().map(|((&sum, _), &scale)| sum * scale).collect(),
        columns.map(|((_, &dot), &scale)| dot * scale * scale).collect(),
    );
    let columns = [mean, factor, &shift, &slope];
    match share_of_rows(x.len(), mean.len()) {
        None => batch_norm_vjp_part(x, d, columns),
        Some(share) => parallel_for_each(x.chunks(share).zip(d.chunks_mut(share)), |(x, d)| {
            batch_norm_vjp_part(x, d, columns);
        }),
    }
}

vectorized! {
    fn batch_norm_vjp_part[E: Element](x: &[E], d: &mut [E], columns: [&[E]; 4]) {
        let [mean, factor, shift, slope] = columns;
        let width = mean.len().max(1);
        for (d, x) in d.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
            let columns = mean.iter().zip(factor).zip(shift.iter().zip(slope));
            for ((d, &x), ((&mean, &factor), (&shift, &slope))) in d.iter_mut().zip(x).zip(columns) {
                *d = factor * *d - shift - (x - mean) * slope;
            }
        }
    }
}
