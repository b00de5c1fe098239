//! Means and variances.

use super::{Along, in_parts, spread};
use crate::Element;
use crate::kernels::lanes::sums;
use crate::kernels::simd::vectorized;
use crate::pooled_vec::PooledVec;

/// The means and the sums of squared differences from them, along the axis.
pub(crate) fn moments<E: Element>(x: &[E], along: Along) -> [PooledVec<E>; 2] {
    let Along { outer, size, inner } = along;
    if inner == 1 && size > 0 {
        let count = E::from_count(size);
        let means = in_parts(along, |first, means| means_of_rows(&x[first * size..], size, count, means));
        let squares = in_parts(along, |first, squares| {
            squares_of_rows(&x[first * size..], size, &means[first..], squares);
        });
        return [means, squares];
    }
    let (mut means, mut squares) = (PooledVec::unset(outer * inner), PooledVec::unset(outer * inner));
    let parts = means.chunks_exact_mut(inner.max(1)).zip(squares.chunks_exact_mut(inner.max(1)));
    for (at, (means, squares)) in parts.enumerate() {
        let (of_columns, variances) = E::column_moments(&x[at * size * inner..][..size * inner], inner);
        means.copy_from_slice(&of_columns);
        for (square, &variance) in squares.iter_mut().zip(&variances) {
            *square = variance * E::from_count(size);
        }
    }
    [means, squares]
}

vectorized! {
    fn means_of_rows[E: Element](x: &[E], size: usize, count: E, means: &mut [E]) {
        for (mean, x) in means.iter_mut().zip(x.chunks_exact(size)) {
            let [sum] = sums(x, |x| [x]);
            *mean = sum / count;
        }
    }
}

vectorized! {
    fn squares_of_rows[E: Element](x: &[E], size: usize, means: &[E], squares: &mut [E]) {
        for ((square, &mean), x) in squares.iter_mut().zip(means).zip(x.chunks_exact(size)) {
            [*square] = sums(x, |x| [(x - mean) * (x - mean)]);
        }
    }
}

/// factor (x - mean), the pullback of the sums of squares for `factors` of 2 d.
pub(crate) fn moments_vjp<E: Element>(x: &[E], along: Along, means: &[E], factors: &[E]) -> PooledVec<E> {
    spread(x, along, [means, factors, factors], |x, [mean, factor, _], _| factor * (x - mean))
}
