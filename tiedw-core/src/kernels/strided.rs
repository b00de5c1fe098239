//! Copies of elements at any strides, and sums at such places.

use super::copied::copy_run;
use super::rows::share_of_rows;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The sizes of axes with the strides along them, the innermost first. Axes that are contiguous with each other are one.
fn merged(axes: impl DoubleEndedIterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (size, stride) in axes.rev().filter(|&(size, _)| size != 1) {
        match found.last_mut() {
            Some((inner, inner_stride)) if stride == *inner * *inner_stride => *inner *= size,
            _ => found.push((size, stride)),
        }
    }
    if found.is_empty() {
        found.push((1, 0));
    }
    found
}

/// Where a row along the innermost axis starts.
fn start(outer: &[(usize, usize)], mut row: usize) -> usize {
    let mut at = 0;
    for &(size, stride) in outer {
        at += row % size * stride;
        row /= size;
    }
    at
}

/// The elements of `x` along axes with these sizes and strides, row-major.
pub(crate) fn strided<E: Element>(
    x: &[E],
    axes: impl DoubleEndedIterator<Item = (usize, usize)>,
) -> PooledVec<E> {
    let axes = merged(axes);
    let ((width, stride), outer) = (axes[0], &axes[1..]);
    let mut y = PooledVec::unset(axes.iter().map(|&(size, _)| size).product());
    if y.is_empty() {
        return y;
    }
    let rows = |first: usize, y: &mut [E]| {
        for (row, y) in y.chunks_exact_mut(width).enumerate() {
            let x = &x[start(outer, first + row)..];
            match stride {
                0 => y.fill(x[0]),
                1 => copy_run(&x[..width], y),
                _ => y.iter_mut().zip(x.iter().step_by(stride)).for_each(|(y, &x)| *y = x),
            }
        }
    };
    match share_of_rows(y.len(), width) {
        None => rows(0, &mut y),
        Some(share) => parallel_for_each(y.chunks_mut(share).enumerate(), |(part, y)| {
            rows(part * share / width, y);
        }),
    }
    y
}

/// Adds the elements of `y`, row-major, to those of `x` along axes with these sizes and strides.
pub(crate) fn add_strided<E: Element>(
    x: &mut [E],
    axes: impl DoubleEndedIterator<Item = (usize, usize)>,
    y: &[E],
) {
    let axes = merged(axes);
    for (at, &y) in y.iter().enumerate() {
        x[start(&axes, at)] += y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    fn check(axes: &[(usize, usize)]) {
        let reach: usize = axes.iter().map(|&(size, stride)| size.saturating_sub(1) * stride).sum();
        let x: Vec<f64> = (0..=reach).map(|at| at as f64).collect();
        let mut expected = vec![0];
        for &(size, stride) in axes {
            expected = expected.iter().flat_map(|at| (0..size).map(move |i| at + i * stride)).collect();
        }
        let y = strided(&x, axes.iter().copied());
        assert!(y.iter().zip(&expected).all(|(&y, &at)| y == at as f64) && y.len() == expected.len());
        let (mut sums, mut expected_sums) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        expected.iter().enumerate().for_each(|(i, &at)| expected_sums[at] += i as f64);
        let numbers: Vec<f64> = (0..expected.len()).map(|i| i as f64).collect();
        add_strided(&mut sums, axes.iter().copied(), &numbers);
        assert_eq!(sums, expected_sums);
    }

    #[test]
    fn agrees_with_indices() {
        let threads = num_threads();
        set_num_threads(3);
        for axes in [
            &[][..],
            &[(1, 7)],
            &[(3, 1)],
            &[(2, 6), (3, 2), (2, 1)],
            &[(3, 1), (2, 3)],
            &[(2, 0), (3, 1), (4, 0)],
            &[(3, 4)],
            &[(0, 3), (2, 1)],
            &[(301, 1), (401, 301)],
            &[(201, 20), (4, 0), (1, 9), (20, 1), (10, 0)],
        ] {
            check(axes);
        }
        set_num_threads(threads);
    }
}
