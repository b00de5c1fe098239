//! Rotary position embedding: rotations of pairs of features by an angle proportional to the position.

use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// cos and sin of position · base^(-2i / width) for each position from `first` on and each i below width / 2, as rows
/// of all cosines of a position, then all its sines.
pub(crate) fn rotary_table<E: Element>(first: usize, places: usize, width: usize, base: f64) -> PooledVec<E> {
    let half = width / 2;
    let mut table = PooledVec::zeros(places * width);
    for i in 0..half {
        let step = libm::pow(base, -2.0 * i as f64 / width as f64);
        let (sin_step, cos_step) = libm::sincos(step);
        let (mut sin, mut cos) = libm::sincos(first as f64 * step);
        for row in table.chunks_exact_mut(width) {
            row[i] = E::from_f64(cos);
            row[half + i] = E::from_f64(sin);
            (cos, sin) = (cos * cos_step - sin * sin_step, sin * cos_step + cos * sin_step);
        }
    }
    table
}

/// Rotates each pair (x[i], x[i + width / 2]) of each head by the angle of its position in `table`; in the opposite
/// direction if `back`.
pub(crate) fn rotate<E: Element>(x: &mut [E], features: usize, width: usize, table: &[E], back: bool) {
    if table.is_empty() {
        return;
    }
    match share_of_rows(x.len(), features) {
        None => rotate_part(x, 0, features, width, table, back),
        Some(share) => parallel_for_each(x.chunks_mut(share).enumerate(), |(part, x)| {
            rotate_part(x, part * share / features, features, width, table, back);
        }),
    }
}

vectorized! {
    /// As [`rotate`], for rows from the row `first` on.
    fn rotate_part[E: Element](x: &mut [E], first: usize, features: usize, width: usize, table: &[E], back: bool) {
        let half = width / 2;
        let angles = table.chunks_exact(width).cycle().skip(first % (table.len() / width));
        for (row, angles) in x.chunks_exact_mut(features).zip(angles) {
            let (cos, sin) = angles.split_at(half);
            for head in row.chunks_exact_mut(width) {
                let (a, b) = head.split_at_mut(half);
                for (((a, b), &cos), &sin) in a.iter_mut().zip(b).zip(cos).zip(sin) {
                    let sin = if back { -sin } else { sin };
                    (*a, *b) = (*a * cos - *b * sin, *b * cos + *a * sin);
                }
            }
        }
    }
}
