use std::ops::Range;

use super::{Along, in_parts, sums_along_first};
use crate::Element;
use crate::kernels::rows::{BLOCK, add_rows_of, sum_in_blocks};
use crate::kernels::sum;
use crate::pooled_vec::PooledVec;

/// The columns that a task should have at least, so that it reads whole cache lines.
const MIN_COLUMNS: usize = 64;

/// Sums along the axis.
pub(crate) fn sums_along<E: Element>(x: &[E], along: Along) -> PooledVec<E> {
    if along.size == 0 {
        return PooledVec::zeros(along.reduced());
    }
    let add_first = |rows: Range<usize>, sums: &mut [E]| {
        add_rows_of(sums, &x[rows.start * along.inner..], along.inner, rows.len());
    };
    if let Some(sums) = sums_along_first(along, add_first) {
        return sums;
    }
    if along.outer == 1 && along.inner < 2 * MIN_COLUMNS {
        let mut y = PooledVec::unset(along.reduced());
        part_of_sums(x, along, 0, &mut y);
        return y;
    }
    in_parts(along, |first, y| part_of_sums(x, along, first, y))
}

/// The sums from the one with the number `first` on.
fn part_of_sums<E: Element>(x: &[E], along: Along, first: usize, y: &mut [E]) {
    let Along { size, inner, .. } = along;
    if inner == 1 {
        for (y, x) in y.iter_mut().zip(x[first * size..].chunks_exact(size)) {
            *y = sum(x);
        }
        return;
    }
    for (at, start, width) in along.runs(first, first + y.len()) {
        let y = &mut y[at..at + width];
        let add = |rows: Range<usize>, sums: &mut [E]| {
            add_rows_of(sums, &x[start + rows.start * inner..], inner, rows.len());
        };
        if size <= BLOCK {
            y.fill(E::ZERO);
            add(0..size, y);
        } else {
            y.copy_from_slice(&sum_in_blocks(size, BLOCK, width, add));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    #[test]
    fn every_element_is_added_once() {
        let threads = num_threads();
        for (outer, size, inner) in [
            (2, 3, 4),
            (1, 0, 3),
            (3, 2, 0),
            (0, 2, 3),
            (1, 5, 1),
            (700, 131, 1),
            (1, 700, 131),
            (30, 201, 17),
            (1, 3, 40_000),
        ] {
            let along = Along { outer, size, inner };
            let x: Vec<f64> = (0..along.count()).map(|at| (at % 1001) as f64).collect();
            let expected: Vec<f64> = (0..along.reduced())
                .map(|at| {
                    let start = at / inner * size * inner + at % inner;
                    (0..size).map(|row| x[start + row * inner]).sum()
                })
                .collect();
            for threads in [1, 3] {
                set_num_threads(threads);
                assert_eq!(*sums_along(&x, along), expected, "{along:?}");
            }
        }
        set_num_threads(threads);
    }
}
