//! Layer norm, RMS norm and L2 normalization of rows.

use super::lanes::{sums, sums2, sums3};
use super::rows::{BLOCK, part_of_sum, share_of_rows, sum_in_blocks, sum_of_rows};
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The rounding error of the mean of a row, if the row is so narrow relative to its mean that this matters; else 0.
#[inline(always)]
fn rest_of_mean<E: Element>(x: &[E], mean: E, scale: E) -> E {
    let far = mean * scale;
    if far * far > E::from_f64(16.0) {
        let [rest] = sums(x, |x| [x - mean]);
        rest / E::from_count(x.len())
    } else {
        E::ZERO
    }
}

/// y = (x - mean) / √(variance + eps) · weight + bias of each row. Returns the pairs (mean, 1 / √(variance + eps)) of
/// all rows.
#[inline]
pub(crate) fn layer_norm_rows<E: Element>(
    x: &[E],
    weight: &[E],
    bias: &[E],
    eps: E,
    y: &mut [E],
) -> PooledVec<E> {
    let width = weight.len();
    if width == 0 {
        return PooledVec::unset(0);
    }
    let mut statistics = PooledVec::unset(2 * (x.len() / width));
    match share_of_rows(x.len(), width) {
        None => layer_norm_piece(x, weight, bias, eps, y, &mut statistics),
        Some(size) => {
            let pieces = x.chunks(size).zip(y.chunks_mut(size)).zip(statistics.chunks_mut(2 * size / width));
            parallel_for_each(pieces, |((x, y), statistics)| {
                layer_norm_piece(x, weight, bias, eps, y, statistics)
            });
        }
    }
    statistics
}

vectorized! {
    fn layer_norm_piece[E: Element](x: &[E], weight: &[E], bias: &[E], eps: E, y: &mut [E], statistics: &mut [E]) {
        let width = weight.len();
        let count = E::from_count(width);
        let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width));
        for ((x, y), statistics) in rows.zip(statistics.as_chunks_mut().0) {
            let [sum] = sums(x, |x| [x]);
            let mean = sum / count;
            let [squares] = sums(x, |x| [(x - mean) * (x - mean)]);
            let mut scale = E::ONE / (squares / count + eps).sqrt();
            let rest = rest_of_mean(x, mean, scale);
            if !rest.vanishes() {
                let [squares] = sums(x, |x| [((x - mean) - rest) * ((x - mean) - rest)]);
                scale = E::ONE / (squares / count + eps).sqrt();
            }
            for (((y, &x), &w), &b) in y.iter_mut().zip(x).zip(weight).zip(bias) {
                *y = ((x - mean) - rest) * scale * w + b;
            }
            *statistics = [mean, scale];
        }
    }
}

/// The pullback of [`layer_norm_rows`]: `d` becomes the cotangent of x. Returns those of the weight and of the bias.
#[inline]
pub(crate) fn layer_norm_rows_vjp<E: Element>(
    x: &[E],
    weight: &[E],
    statistics: &[E],
    d: &mut [E],
) -> [PooledVec<E>; 2] {
    if weight.is_empty() {
        return [PooledVec::unset(0), PooledVec::unset(0)];
    }
    let (width, size) = (weight.len(), part_of_sum(weight.len()));
    let parts = x.len().div_ceil(size);
    let (mut dweights, mut dbiases) = (PooledVec::zeros(parts * width), PooledVec::zeros(parts * width));
    let sums = dweights.chunks_mut(width).zip(dbiases.chunks_mut(width));
    let rows = x.chunks(size).zip(statistics.chunks(2 * size / width)).zip(d.chunks_mut(size));
    parallel_for_each(rows.zip(sums), |(((x, statistics), d), (dweight, dbias))| {
        if x.len() <= BLOCK * width {
            return layer_norm_vjp_piece(x, weight, statistics, d, dweight, dbias);
        }
        let sums = sum_in_blocks(x.len() / width, BLOCK, 2 * width, |rows, sums| {
            let (dweight, dbias) = sums.split_at_mut(width);
            let (elements, statistics) =
                (rows.start * width..rows.end * width, &statistics[2 * rows.start..2 * rows.end]);
            layer_norm_vjp_piece(&x[elements.clone()], weight, statistics, &mut d[elements], dweight, dbias);
        });
        dweight.copy_from_slice(&sums[..width]);
        dbias.copy_from_slice(&sums[width..]);
    });
    [sum_of_rows(&dweights, width), sum_of_rows(&dbiases, width)]
}

vectorized! {
    fn layer_norm_vjp_piece[E: Element](
        x: &[E],
        weight: &[E],
        statistics: &[E],
        d: &mut [E],
        dweight: &mut [E],
        dbias: &mut [E],
    ) {
        let width = weight.len();
        let inverse = E::ONE / E::from_count(width);
        for ((x, d), &[mean, scale]) in
            x.chunks_exact(width).zip(d.chunks_exact_mut(width)).zip(statistics.as_chunks().0)
        {
            let rest = rest_of_mean(x, mean, scale);
            let [sum, dot] = sums3(d, weight, x, |d, w, x| [d * w, d * w * (((x - mean) - rest) * scale)]);
            let (sum, dot) = (sum * inverse, dot * inverse);
            let sums = dweight.iter_mut().zip(dbias.iter_mut());
            for (((d, &x), &w), (dw, db)) in d.iter_mut().zip(x).zip(weight).zip(sums) {
                let normal = ((x - mean) - rest) * scale;
                *dw += *d * normal;
                *db += *d;
                *d = scale * (*d * w - sum - normal * dot);
            }
        }
    }
}

/// y = x / √(mean square + eps) · weight of each row. Returns 1 / √(mean square + eps) of each.
#[inline]
pub(crate) fn rms_norm_rows<E: Element>(x: &[E], weight: &[E], eps: E, y: &mut [E]) -> PooledVec<E> {
    let width = weight.len();
    if width == 0 {
        return PooledVec::unset(0);
    }
    let mut scales = PooledVec::unset(x.len() / width);
    match share_of_rows(x.len(), width) {
        None => rms_norm_piece(x, weight, eps, y, &mut scales),
        Some(size) => {
            let pieces = x.chunks(size).zip(y.chunks_mut(size)).zip(scales.chunks_mut(size / width));
            parallel_for_each(pieces, |((x, y), scales)| rms_norm_piece(x, weight, eps, y, scales));
        }
    }
    scales
}

vectorized! {
    fn rms_norm_piece[E: Element](x: &[E], weight: &[E], eps: E, y: &mut [E], scales: &mut [E]) {
        let width = weight.len();
        let count = E::from_count(width);
        for ((x, y), to) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)).zip(scales) {
            let [squares] = sums(x, |x| [x * x]);
            let scale = E::ONE / (squares / count + eps).sqrt();
            for ((y, &x), &w) in y.iter_mut().zip(x).zip(weight) {
                *y = x * scale * w;
            }
            *to = scale;
        }
    }
}

/// The pullback of [`rms_norm_rows`]: `d` becomes the cotangent of x. Returns that of the weight.
#[inline]
pub(crate) fn rms_norm_rows_vjp<E: Element>(
    x: &[E],
    weight: &[E],
    scales: &[E],
    d: &mut [E],
) -> PooledVec<E> {
    if weight.is_empty() {
        return PooledVec::unset(0);
    }
    let (width, size) = (weight.len(), part_of_sum(weight.len()));
    let mut dweights = PooledVec::zeros(x.len().div_ceil(size) * width);
    let rows = x.chunks(size).zip(scales.chunks(size / width)).zip(d.chunks_mut(size));
    parallel_for_each(rows.zip(dweights.chunks_mut(width)), |(((x, scales), d), dweight)| {
        if x.len() <= BLOCK * width {
            return rms_norm_vjp_piece(x, weight, scales, d, dweight);
        }
        let sums = sum_in_blocks(x.len() / width, BLOCK, width, |rows, dweight| {
            let elements = rows.start * width..rows.end * width;
            rms_norm_vjp_piece(&x[elements.clone()], weight, &scales[rows], &mut d[elements], dweight);
        });
        dweight.copy_from_slice(&sums);
    });
    sum_of_rows(&dweights, width)
}

vectorized! {
    fn rms_norm_vjp_piece[E: Element](x: &[E], weight: &[E], scales: &[E], d: &mut [E], dweight: &mut [E]) {
        let width = weight.len();
        let inverse = E::ONE / E::from_count(width);
        for ((x, d), &scale) in x.chunks_exact(width).zip(d.chunks_exact_mut(width)).zip(scales) {
            let [dot] = sums3(d, weight, x, |d, w, x| [d * w * x]);
            let dot = dot * inverse * scale * scale;
            for (((d, &x), &w), dw) in d.iter_mut().zip(x).zip(weight).zip(dweight.iter_mut()) {
                *dw += *d * x * scale;
                *d = scale * (*d * w - x * dot);
            }
        }
    }
}

/// y = x / max(‖x‖, eps) of each row. Returns ‖x‖ of each.
#[inline]
pub(crate) fn normalize_rows<E: Element>(x: &[E], width: usize, eps: E, y: &mut [E]) -> PooledVec<E> {
    let mut norms = PooledVec::unset(x.len().checked_div(width).unwrap_or(0));
    match share_of_rows(x.len(), width) {
        None => normalize_piece(x, width, eps, y, &mut norms),
        Some(share) => {
            let pieces = x.chunks(share).zip(y.chunks_mut(share)).zip(norms.chunks_mut(share / width));
            parallel_for_each(pieces, |((x, y), norms)| normalize_piece(x, width, eps, y, norms));
        }
    }
    norms
}

vectorized! {
    fn normalize_piece[E: Element](x: &[E], width: usize, eps: E, y: &mut [E], norms: &mut [E]) {
        let rows = x.chunks_exact(width.max(1)).zip(y.chunks_exact_mut(width.max(1)));
        for ((x, y), of_row) in rows.zip(norms) {
            let [squares] = sums(x, |x| [x * x]);
            let norm = squares.sqrt();
            let factor = E::ONE / if norm < eps { eps } else { norm };
            for (y, &x) in y.iter_mut().zip(x) {
                *y = x * factor;
            }
            *of_row = norm;
        }
    }
}

/// The pullback of [`normalize_rows`], in place.
#[inline]
pub(crate) fn normalize_rows_vjp<E: Element>(y: &[E], norms: &[E], width: usize, eps: E, d: &mut [E]) {
    match share_of_rows(d.len(), width) {
        None => normalize_piece_vjp(y, norms, width, eps, d),
        Some(share) => {
            let pieces = y.chunks(share).zip(d.chunks_mut(share)).zip(norms.chunks(share / width));
            parallel_for_each(pieces, |((y, d), norms)| normalize_piece_vjp(y, norms, width, eps, d));
        }
    }
}

vectorized! {
    fn normalize_piece_vjp[E: Element](y: &[E], norms: &[E], width: usize, eps: E, d: &mut [E]) {
        for ((y, d), &norm) in y.chunks_exact(width.max(1)).zip(d.chunks_exact_mut(width.max(1))).zip(norms) {
            let constant = norm < eps;
            let [dot] = sums2(d, y, |d, y| [d * y]);
            let dot = if constant { E::ZERO } else { dot };
            let factor = E::ONE / if constant { eps } else { norm };
            for (d, &y) in d.iter_mut().zip(y) {
                *d = factor * (*d - y * dot);
            }
        }
    }
}
