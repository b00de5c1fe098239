//! Copies of runs of elements.

use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::{Pooled, PooledVec};

/// For shorter runs, computing where each of them is takes longer than copying it.
const SHORT: usize = 32;

vectorized! {
    /// `y <- x`. The `memmove` of glibc takes half as long again for runs of a few kB that are not aligned like their copies.
    pub(super) fn copy_run[T: Pooled](x: &[T], y: &mut [T]) {
        /// Copied in two halves: LLVM replaces a loop with one copy by a call of `memcpy`.
        const WIDE: usize = 64;
        let y = &mut y[..x.len()];
        let (wide, rest) = x.as_chunks::<WIDE>();
        let (wide_y, rest_y) = y.as_chunks_mut::<WIDE>();
        for (x, y) in wide.iter().zip(wide_y) {
            let (halves, halves_y) = (x.as_chunks::<{ WIDE / 2 }>().0, y.as_chunks_mut::<{ WIDE / 2 }>().0);
            halves_y[0] = halves[0];
            halves_y[1] = halves[1];
        }
        rest_y.copy_from_slice(rest);
    }
}

/// `y <- x`, in parallel.
pub(crate) fn copy<T: Pooled>(x: &[T], y: &mut [T]) {
    match share_of_rows(x.len(), 1) {
        None => copy_run(x, y),
        Some(share) => parallel_for_each(x.chunks(share).zip(y.chunks_mut(share)), |(x, y)| copy_run(x, y)),
    }
}

vectorized! {
    /// Sets all elements to `value`.
    pub(crate) fn fill[T: Pooled](y: &mut [T], value: T) {
        y.fill(value);
    }
}

/// `count` elements: those from any place on are a copy of the start of `source(place)`, as many as it has, which is at least
/// one.
fn copied<'x, T: Pooled>(count: usize, source: impl Fn(usize) -> &'x [T] + Sync) -> PooledVec<T> {
    let mut y = PooledVec::unset(count);
    let copy = |mut at: usize, mut y: &mut [T]| {
        while !y.is_empty() {
            let x = source(at);
            let (part, rest) = y.split_at_mut(x.len().min(y.len()));
            copy_run(&x[..part.len()], part);
            (at, y) = (at + part.len(), rest);
        }
    };
    match share_of_rows(count, 1) {
        None => copy(0, &mut y),
        Some(share) => parallel_for_each(y.chunks_mut(share).enumerate(), |(part, y)| copy(part * share, y)),
    }
    y
}

/// Tensors, each with a number of elements for each place of the outer axes, joined behind each other at each of these places.
pub(crate) fn joined<T: Pooled>(parts: &[(&[T], usize)]) -> PooledVec<T> {
    let width: usize = parts.iter().map(|&(_, width)| width).sum();
    let count = parts.iter().map(|(x, _)| x.len()).sum();
    if width < SHORT * parts.len() {
        let mut y = PooledVec::with_capacity(count);
        for outer in 0..count.checked_div(width).unwrap_or(0) {
            parts.iter().for_each(|&(x, width)| y.extend_from_slice(&x[outer * width..(outer + 1) * width]));
        }
        return y;
    }
    copied(count, |at| {
        let (outer, mut column) = (at / width, at % width);
        for &(x, width) in parts {
            if column < width {
                return &x[outer * width + column..(outer + 1) * width];
            }
            column -= width;
        }
        unreachable!("a column is below the sum of the widths")
    })
}

/// From each row of `width` elements, those from `start` to `end`.
pub(crate) fn narrowed<T: Pooled>(x: &[T], width: usize, start: usize, end: usize) -> PooledVec<T> {
    let count = end - start;
    let rows = x.len().checked_div(width).unwrap_or(0);
    if count < SHORT {
        let mut y = PooledVec::with_capacity(rows * count);
        x.chunks_exact(width.max(1)).for_each(|row| y.extend_from_slice(&row[start..end]));
        return y;
    }
    copied(rows * count, |at| {
        let row = &x[at / count * width..];
        &row[start + at % count..end]
    })
}

/// The pullback of [`narrowed`]: `count` elements in rows of `width`, of which those from `start` to `end` are of `d` and the others
/// 0.
pub(crate) fn widened<E: Element>(
    d: &[E],
    count: usize,
    width: usize,
    start: usize,
    end: usize,
) -> PooledVec<E> {
    let mut dx = PooledVec::unset(count);
    let of_d = end - start;
    let rows = |first: usize, dx: &mut [E]| {
        for (row, dx) in dx.chunks_exact_mut(width.max(1)).enumerate() {
            dx[..start].fill(E::ZERO);
            copy_run(&d[(first + row) * of_d..][..of_d], &mut dx[start..end]);
            dx[end..].fill(E::ZERO);
        }
    };
    match share_of_rows(count, width) {
        None => rows(0, &mut dx),
        Some(share) => {
            parallel_for_each(dx.chunks_mut(share).enumerate(), |(part, dx)| rows(part * share / width, dx));
        }
    }
    dx
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::rows::MIN_TASK_SIZE;
    use crate::kernels::threads::{num_threads, set_num_threads};

    #[test]
    fn runs_are_copied() {
        for count in [0, 1, 31, 64, 65, 200, 3 * MIN_TASK_SIZE + 7] {
            let x: Vec<f32> = (0..count + 3).map(|at| at as f32).collect();
            let mut y = vec![0.0; count + 1];
            copy(&x[3..], &mut y[1..]);
            assert_eq!((y[0], &y[1..]), (0.0, &x[3..]));
            let mut y = vec![0.0; count];
            fill(&mut y, 0.5);
            assert_eq!(y, vec![0.5; count]);
        }
    }

    #[test]
    fn parts_are_joined_and_narrowed() {
        let threads = num_threads();
        set_num_threads(3);
        for (outer, widths) in
            [(1, [1, 0, 3]), (4, [0, 2, 1]), (0, [1, 2, 3]), (701, [40, 1, 70]), (1, [40_001, 7, 90_000])]
        {
            let mut next = 0;
            let parts = widths.map(|width| {
                let part: Vec<u32> = (next..).take(outer * width).collect();
                next += part.len() as u32;
                part
            });
            let whole = joined(&[0, 1, 2].map(|at| (&parts[at][..], widths[at])));
            let expected =
                |outer: usize| (0..3).flat_map(move |at| outer * widths[at]..(outer + 1) * widths[at]);
            assert_eq!(whole.len(), (0..outer).map(|outer| expected(outer).count()).sum::<usize>());
            let width = widths.iter().sum();
            let mut start = 0;
            for at in 0..3 {
                assert_eq!(*narrowed(&whole, width, start, start + widths[at]), parts[at]);
                let part: Vec<f64> = parts[at].iter().copied().map(f64::from).collect();
                let dx = widened(&part, whole.len(), width, start, start + widths[at]);
                let is_inside = |column: usize| (start..start + widths[at]).contains(&column);
                let inside = (0..dx.len()).filter(|place| is_inside(place % width)).map(|place| dx[place]);
                assert!(inside.eq(part));
                assert!((0..dx.len()).all(|place| is_inside(place % width) || dx[place] == 0.0));
                start += widths[at];
            }
        }
        set_num_threads(threads);
    }
}
