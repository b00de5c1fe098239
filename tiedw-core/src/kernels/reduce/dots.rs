//! Sums of products along an axis.

use super::{Along, sums_of_columns};
use crate::Element;
use crate::kernels::simd::vectorized;
use crate::kernels::sums_of_rows;
use crate::pooled_vec::PooledVec;

/// Σ x y along the axis.
pub(crate) fn dots_along<E: Element>(x: &[E], y: &[E], along: Along) -> PooledVec<E> {
    assert_eq!(x.len(), y.len());
    if along.count() == 0 {
        return PooledVec::zeros(along.reduced());
    }
    if along.inner == 1 {
        return sums_of_rows(x, y, along.size, |x, y| x * y);
    }
    sums_of_columns(along, |[start, _], count, dots| {
        add_products(&x[start..], &y[start..], along.inner, count, dots);
    })
}

vectorized! {
    /// Adds the products of `count` rows, `stride` apart.
    fn add_products[E: Element](x: &[E], y: &[E], stride: usize, count: usize, sums: &mut [E]) {
        for row in 0..count {
            let (x, y) = (&x[row * stride..][..sums.len()], &y[row * stride..][..sums.len()]);
            for (sum, (&x, &y)) in sums.iter_mut().zip(x.iter().zip(y)) {
                *sum += x * y;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    #[test]
    fn every_product_is_added_once() {
        let threads = num_threads();
        for (outer, size, inner) in
            [(2, 3, 4), (1, 0, 3), (3, 2, 0), (0, 2, 3), (1, 5, 1), (1, 700, 131), (30, 201, 17)]
        {
            let along = Along { outer, size, inner };
            let x: Vec<f64> = (0..along.count()).map(|at| (at % 101) as f64).collect();
            let y: Vec<f64> = (0..along.count()).map(|at| (at % 7) as f64).collect();
            let expected: Vec<f64> = (0..along.reduced())
                .map(|at| {
                    let start = at / inner * size * inner + at % inner;
                    (0..size).map(|row| x[start + row * inner] * y[start + row * inner]).sum()
                })
                .collect();
            for threads in [1, 3] {
                set_num_threads(threads);
                assert_eq!(*dots_along(&x, &y, along), expected, "{along:?}");
            }
        }
        set_num_threads(threads);
    }
}
