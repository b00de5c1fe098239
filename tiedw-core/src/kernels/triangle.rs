//! The parts of matrices below and above a diagonal.

use super::copied::copy_run;
use super::rows::share_of_rows;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Which part of a matrix: that on a diagonal and below it, or on it and above it. Diagonals are counted upward from the main one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Triangle {
    Lower(isize),
    Upper(isize),
}

/// Each matrix of `rows` rows of `features` elements, with 0 outside the triangle.
pub(crate) fn triangle<E: Element>(x: &[E], rows: usize, features: usize, part: Triangle) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), features) {
        None => of_rows(x, 0, (rows, features), part, &mut y),
        Some(share) => {
            parallel_for_each(x.chunks(share).zip(y.chunks_mut(share)).enumerate(), |(at, (x, y))| {
                of_rows(x, at * share / features, (rows, features), part, y);
            })
        }
    }
    y
}

/// The rows from the row `first` on.
fn of_rows<E: Element>(x: &[E], first: usize, (rows, features): (usize, usize), part: Triangle, y: &mut [E]) {
    let width = features.max(1);
    for (at, (x, y)) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)).enumerate() {
        let row = ((first + at) % rows) as isize;
        let within = |column: isize| column.clamp(0, features as isize) as usize;
        let kept = match part {
            Triangle::Lower(diagonal) => 0..within(row.saturating_add(diagonal).saturating_add(1)),
            Triangle::Upper(diagonal) => within(row.saturating_add(diagonal))..features,
        };
        y[..kept.start].fill(E::ZERO);
        copy_run(&x[kept.clone()], &mut y[kept.clone()]);
        y[kept.end..].fill(E::ZERO);
    }
}
