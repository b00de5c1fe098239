//! Copies of rows, one behind the other.

use super::copied::copy_run;
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::pooled_vec::{Pooled, PooledVec};

/// `count` copies of a row.
#[inline]
pub(crate) fn repeat_row<T: Pooled>(row: &[T], count: usize) -> PooledVec<T> {
    repeat_each_row(row, row.len(), count)
}

/// `count` copies of each row of `width` elements.
pub(crate) fn repeat_each_row<T: Pooled>(x: &[T], width: usize, count: usize) -> PooledVec<T> {
    if count == 1 {
        return PooledVec::copy(x);
    }
    let mut y = PooledVec::unset(x.len() * count);
    if y.is_empty() {
        return y;
    }
    // Of a single row, several tasks make the copies.
    let is_single = x.len() == width;
    let unit = if is_single { width } else { width * count };
    match share_of_rows(y.len(), unit) {
        None => copy_each(x, width, &mut y, count),
        Some(share) if is_single => {
            parallel_for_each(y.chunks_mut(share), |y| copy_each(x, width, y, y.len() / width));
        }
        Some(share) => {
            let parts = x.chunks(share / count).zip(y.chunks_mut(share));
            parallel_for_each(parts, |(x, y)| copy_each(x, width, y, count));
        }
    }
    y
}

fn copy_each<T: Pooled>(x: &[T], width: usize, y: &mut [T], count: usize) {
    if width == 1 {
        return fill_each(x, y, count);
    }
    for (row, copies) in x.chunks_exact(width).zip(y.chunks_exact_mut(width * count)) {
        copies.chunks_exact_mut(width).for_each(|copy| copy_row(row, copy));
    }
}

#[inline(always)]
fn copy_row<T: Pooled>(row: &[T], copy: &mut [T]) {
    /// For shorter rows, the choice of instructions takes longer than it saves.
    const SHORT: usize = 64;
    if row.len() < SHORT { copy.copy_from_slice(row) } else { copy_run(row, copy) }
}

vectorized! {
    fn fill_each[T: Pooled](x: &[T], y: &mut [T], count: usize) {
        for (x, copies) in x.iter().zip(y.chunks_exact_mut(count)) {
            copies.fill(*x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    #[test]
    fn each_row_is_there_so_many_times() {
        let threads = num_threads();
        for (rows, width, count) in [
            (3, 2, 4),
            (3, 1, 4),
            (0, 3, 2),
            (3, 2, 0),
            (2, 0, 3),
            (1, 301, 500),
            (501, 3, 90),
            (90_001, 1, 3),
            (90_001, 1, 1),
            (300, 300, 1),
            (1, 90_001, 1),
            (1, 1, 99_999),
        ] {
            let x: Vec<f64> = (0..rows * width).map(|at| at as f64).collect();
            let expected: Vec<f64> = match width {
                0 => Vec::new(),
                width => x.chunks(width).flat_map(|row| row.repeat(count)).collect(),
            };
            for threads in [1, 3] {
                set_num_threads(threads);
                assert_eq!(*repeat_each_row(&x, width, count), expected, "{rows} {width} {count}");
            }
        }
        set_num_threads(threads);
    }
}
