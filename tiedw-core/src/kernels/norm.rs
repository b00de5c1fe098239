//! Rows brought to mean 0 and variance 1, or to mean square 1.

use super::lanes::{sums, sums2, sums3};
use super::simd::vectorized;
use crate::Element;
use crate::buffer::Buffer;

/// What the mean of a row lost when it was rounded, where the row is so narrow beside it that this counts; else 0.
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

vectorized! {
    /// y = (x - mean) / √(variance + eps) · weight + bias of each row. Returns mean and 1 / √(variance + eps) of
    /// each, one after the other.
    pub(crate) fn layer_norm_rows[E: Element](
        x: &[E],
        weight: &[E],
        bias: &[E],
        eps: E,
        y: &mut [E],
    ) -> Buffer<E> {
        let width = weight.len();
        let count = E::from_count(width);
        let mut statistics = Buffer::with_capacity(2 * (x.len() / width));
        for (x, y) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)) {
            let [sum] = sums(x, |x| [x]);
            let mean = sum / count;
            let [squares] = sums(x, |x| [(x - mean) * (x - mean)]);
            let mut scale = E::ONE / (squares / count + eps).sqrt();
            let rest = rest_of_mean(x, mean, scale);
            if rest != E::ZERO {
                let [squares] = sums(x, |x| [((x - mean) - rest) * ((x - mean) - rest)]);
                scale = E::ONE / (squares / count + eps).sqrt();
            }
            for (((y, &x), &w), &b) in y.iter_mut().zip(x).zip(weight).zip(bias) {
                *y = ((x - mean) - rest) * scale * w + b;
            }
            statistics.extend_from_slice(&[mean, scale]);
        }
        statistics
    }
}

vectorized! {
    /// The pullback of [`layer_norm_rows`]: `d` becomes the cotangent of x; those of the weight and of the bias are
    /// added to `dweight` and `dbias`.
    pub(crate) fn layer_norm_rows_vjp[E: Element](
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

vectorized! {
    /// y = x / √(mean square + eps) · weight of each row. Returns 1 / √(mean square + eps) of each.
    pub(crate) fn rms_norm_rows[E: Element](x: &[E], weight: &[E], eps: E, y: &mut [E]) -> Buffer<E> {
        let width = weight.len();
        let count = E::from_count(width);
        x.chunks_exact(width).zip(y.chunks_exact_mut(width)).map(|(x, y)| {
            let [squares] = sums(x, |x| [x * x]);
            let scale = E::ONE / (squares / count + eps).sqrt();
            for ((y, &x), &w) in y.iter_mut().zip(x).zip(weight) {
                *y = x * scale * w;
            }
            scale
        }).collect()
    }
}

vectorized! {
    /// The pullback of [`rms_norm_rows`]: `d` becomes the cotangent of x; that of the weight is added to
    /// `dweight`.
    pub(crate) fn rms_norm_rows_vjp[E: Element](
        x: &[E],
        weight: &[E],
        scales: &[E],
        d: &mut [E],
        dweight: &mut [E],
    ) {
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

vectorized! {
    /// y = x / max(‖x‖, eps) of each row. Returns ‖x‖ of each.
    pub(crate) fn normalize_rows[E: Element](x: &[E], width: usize, eps: E, y: &mut [E]) -> Buffer<E> {
        x.chunks_exact(width).zip(y.chunks_exact_mut(width)).map(|(x, y)| {
            let [squares] = sums(x, |x| [x * x]);
            let norm = squares.sqrt();
            let factor = E::ONE / if norm < eps { eps } else { norm };
            for (y, &x) in y.iter_mut().zip(x) {
                *y = x * factor;
            }
            norm
        }).collect()
    }
}

vectorized! {
    /// The pullback of [`normalize_rows`], in place.
    pub(crate) fn normalize_rows_vjp[E: Element](y: &[E], norms: &[E], width: usize, eps: E, d: &mut [E]) {
        for ((y, d), &norm) in y.chunks_exact(width).zip(d.chunks_exact_mut(width)).zip(norms) {
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
