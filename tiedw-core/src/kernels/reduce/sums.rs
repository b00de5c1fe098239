use super::{Along, in_parts, sums_of_columns};
use crate::Element;
use crate::kernels::rows::add_rows_of;
use crate::kernels::sum;
use crate::pooled_vec::PooledVec;

/// Sums along the axis.
pub(crate) fn sums_along<E: Element>(x: &[E], along: Along) -> PooledVec<E> {
    let Along { size, inner, .. } = along;
    if size == 0 {
        return PooledVec::zeros(along.reduced());
    }
    if inner == 1 {
        return in_parts(along, |first, y: &mut [E]| {
            for (y, x) in y.iter_mut().zip(x[first * size..].chunks_exact(size)) {
                *y = sum(x);
            }
        });
    }
    sums_of_columns(along, |[start, _], count, sums| add_rows_of(sums, &x[start..], inner, count))
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
