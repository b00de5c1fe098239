//! Means and variances.

use super::{Along, in_parts, spread};
use crate::Element;
use crate::kernels::lanes::sums;
use crate::kernels::simd::vectorized;
use crate::pooled_vec::PooledVec;

/// The means, their rounding errors, and the sums of squared differences from them, along the axis.
///
/// The errors are 0 where they do not matter: the means of elements that are near 0 relative to their deviation.
pub(crate) fn moments<E: Element>(x: &[E], along: Along) -> [PooledVec<E>; 3] {
    let Along { outer, size, inner } = along;
    if inner == 1 && size > 0 {
        return moments_of_rows(x, along);
    }
    let mut moments = [(); 3].map(|()| PooledVec::unset(outer * inner));
    for at in 0..outer {
        let of_columns = E::column_moments(&x[at * size * inner..][..size * inner], inner);
        for (all, of_columns) in moments.iter_mut().zip(&of_columns) {
            all[at * inner..][..inner].copy_from_slice(of_columns);
        }
    }
    let [.., squares] = &mut moments;
    squares.iter_mut().for_each(|square| *square *= E::from_count(size));
    moments
}

fn moments_of_rows<E: Element>(x: &[E], along: Along) -> [PooledVec<E>; 3] {
    let (size, count) = (along.size, E::from_count(along.size));
    let means = in_parts(along, |first, means| means_of_rows(&x[first * size..], size, count, means));
    let squares = in_parts(along, |first, squares| {
        squares_of_rows(&x[first * size..], size, &means[first..], squares);
    });
    let is_exact = |(&mean, &squares): (&E, &E)| !is_far(mean, squares, count);
    if means.iter().zip(&squares).all(is_exact) {
        let rests = PooledVec::zeros(means.len());
        return [means, rests, squares];
    }
    let rests = in_parts(along, |first, rests| {
        rests_of_rows(&x[first * size..], size, &means[first..], &squares[first..], rests);
    });
    let squares = in_parts(along, |first, exact: &mut [E]| {
        let of_part = [&means, &rests, &squares].map(|all| &all[first..]);
        exact_squares_of_rows(&x[first * size..], size, of_part, exact);
    });
    [means, rests, squares]
}

/// Whether the rounding error of the mean of `count` elements matters, given the sum of their squared differences from it: whether
/// the mean is many deviations from 0.
#[inline(always)]
pub(crate) fn is_far<E: Element>(mean: E, squares: E, count: E) -> bool {
    mean * mean * count > E::from_f64(256.0) * squares
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

vectorized! {
    fn rests_of_rows[E: Element](x: &[E], size: usize, means: &[E], squares: &[E], rests: &mut [E]) {
        let count = E::from_count(size);
        let rows = x.chunks_exact(size).zip(means).zip(squares);
        for (rest, ((x, &mean), &squares)) in rests.iter_mut().zip(rows) {
            *rest = E::ZERO;
            if is_far(mean, squares, count) {
                let [sum] = sums(x, |x| [x - mean]);
                *rest = sum / count;
            }
        }
    }
}

vectorized! {
    fn exact_squares_of_rows[E: Element](x: &[E], size: usize, of_rows: [&[E]; 3], exact: &mut [E]) {
        let [means, rests, squares] = of_rows;
        let rows = x.chunks_exact(size).zip(means).zip(rests).zip(squares);
        for (exact, (((x, &mean), &rest), &squares)) in exact.iter_mut().zip(rows) {
            *exact = squares;
            if !rest.vanishes() {
                [*exact] = sums(x, |x| [((x - mean) - rest) * ((x - mean) - rest)]);
            }
        }
    }
}

/// factor ((x - mean) - rest), the pullback of the sums of squares for `factors` of 2 d.
pub(crate) fn moments_vjp<E: Element>(
    x: &[E],
    along: Along,
    means: &[E],
    rests: &[E],
    factors: &[E],
) -> PooledVec<E> {
    if rests.iter().all(|rest| rest.vanishes()) {
        return spread(x, along, [means, factors, factors], |x, [mean, factor, _], _| factor * (x - mean));
    }
    spread(x, along, [means, rests, factors], |x, [mean, rest, factor], _| factor * ((x - mean) - rest))
}
