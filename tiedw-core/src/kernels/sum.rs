//! Accurate sums: blocks of independent lanes, added pairwise.

use super::lanes::{sums, sums2};
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;
use crate::pooled_vec::PooledVec;

const LANES: usize = 16;
const BLOCK: usize = 256;
/// The block size for more than `BLOCK` elements, which does not depend on ISA or threads.
const LARGE: usize = 4096;

/// Where to split `count` elements in two, so that the first half fills all lanes.
#[inline]
fn middle_of(count: usize) -> usize {
    (count / 2).next_multiple_of(LANES)
}

/// The sum of `f(a[i], b[i])`.
#[inline]
pub(crate) fn sum_zip<E: Element>(a: &[E], b: &[E], f: impl Fn(E, E) -> E + Copy + Sync) -> E {
    debug_assert_eq!(a.len(), b.len());
    if a.len() > BLOCK { sum_of_many(a, b, f) } else { sum_of_few(a, b, f) }
}

#[inline]
fn sum_of_few<E: Element>(a: &[E], b: &[E], f: impl Fn(E, E) -> E) -> E {
    let mut lanes = [E::ZERO; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a_chunks.remainder().iter().zip(b_chunks.remainder());
    let rest = rest.fold(E::ZERO, |sum, (&a, &b)| sum + f(a, b));
    if a.len() < LANES {
        return rest;
    }
    for (a, b) in a_chunks.zip(b_chunks) {
        for ((lane, &a), &b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f(a, b);
        }
    }
    lanes.into_iter().fold(rest, |sum, lane| sum + lane)
}

/// The sum of `f(a[i], b[i])` of each row of `width` elements.
pub(crate) fn sums_of_rows<E: Element>(
    a: &[E],
    b: &[E],
    width: usize,
    f: impl Fn(E, E) -> E + Copy + Sync,
) -> PooledVec<E> {
    debug_assert!(width > 0 && a.len() == b.len());
    let mut sums = PooledVec::unset(a.len() / width);
    let of_part = |a: &[E], b: &[E], sums: &mut [E]| {
        let rows = a.chunks_exact(width).zip(b.chunks_exact(width));
        sums.iter_mut().zip(rows).for_each(|(y, (a, b))| *y = sum_zip(a, b, f));
    };
    match share_of_rows(a.len(), width) {
        Some(share) if sums.len() > 1 => {
            let parts = a.chunks(share).zip(b.chunks(share)).zip(sums.chunks_mut(share / width));
            parallel_for_each(parts, |((a, b), sums)| of_part(a, b, sums));
        }
        _ => of_part(a, b, &mut sums),
    }
    sums
}

fn sum_of_many<E: Element>(a: &[E], b: &[E], f: impl Fn(E, E) -> E + Copy + Sync) -> E {
    let mut blocks = PooledVec::unset(a.len().div_ceil(LARGE));
    match share_of_rows(a.len(), LARGE) {
        None => sums_of_blocks(a, b, &mut blocks, f),
        Some(size) => {
            let parts = a.chunks(size).zip(b.chunks(size)).zip(blocks.chunks_mut(size / LARGE));
            parallel_for_each(parts, |((a, b), blocks)| sums_of_blocks(a, b, blocks, f));
        }
    }
    pairwise(&blocks)
}

vectorized! {
    fn sums_of_blocks[E: Element, F: Fn(E, E) -> E](a: &[E], b: &[E], blocks: &mut [E], f: F) {
        for ((a, b), block) in a.chunks(LARGE).zip(b.chunks(LARGE)).zip(blocks) {
            [*block] = sums2(a, b, |a, b| [f(a, b)]);
        }
    }
}

/// The pairwise sum of the sums of blocks.
fn pairwise<E: Element>(blocks: &[E]) -> E {
    if blocks.len() <= BLOCK {
        return sum_of_few(blocks, blocks, |a, _| a);
    }
    let (left, right) = blocks.split_at(middle_of(blocks.len()));
    pairwise(left) + pairwise(right)
}

/// The sum of `(a[i] - b[i])²`; writes the differences to `differences`.
#[inline]
pub(crate) fn sum_of_squares<E: Element>(a: &[E], b: &[E], differences: &mut [E]) -> E {
    if a.len() <= BLOCK {
        for ((difference, &a), &b) in differences.iter_mut().zip(a).zip(b) {
            *difference = a - b;
        }
        return sum_of_few(differences, differences, |a, b| a * b);
    }
    E::sum_of_many_squares(a, b, differences)
}

pub(crate) fn sum_of_many_squares<E: Element>(a: &[E], b: &[E], differences: &mut [E]) -> E {
    let mut blocks = PooledVec::unset(a.len().div_ceil(LARGE));
    match share_of_rows(a.len(), LARGE) {
        None => squares_of_blocks(a, b, differences, &mut blocks),
        Some(size) => {
            let parts = a.chunks(size).zip(b.chunks(size)).zip(differences.chunks_mut(size));
            parallel_for_each(
                parts.zip(blocks.chunks_mut(size / LARGE)),
                |(((a, b), differences), blocks)| {
                    squares_of_blocks(a, b, differences, blocks);
                },
            );
        }
    }
    pairwise(&blocks)
}

vectorized! {
    fn squares_of_blocks[E: Element](a: &[E], b: &[E], differences: &mut [E], blocks: &mut [E]) {
        let pairs = a.chunks(LARGE).zip(b.chunks(LARGE));
        for (((a, b), differences), block) in pairs.zip(differences.chunks_mut(LARGE)).zip(blocks) {
            for ((difference, &a), &b) in differences.iter_mut().zip(a).zip(b) {
                *difference = a - b;
            }
            [*block] = sums(differences, |d| [d * d]);
        }
    }
}

/// The sum of `a`.
#[inline]
pub(crate) fn sum<E: Element>(a: &[E]) -> E {
    sum_zip(a, a, |a, _| a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_every_element_once() {
        for length in [0, 1, 15, 16, 17, 255, 256, 257, 1000, 5000, 100_000] {
            let a: Vec<f64> = (0..length).map(f64::from).collect();
            let total = f64::from(length) * f64::from(length - 1) / 2.0;
            assert_eq!(sum(&a), total, "{length}");
            assert_eq!(sum_zip(&a, &a, |x, y| x - y), 0.0);
            let (ones, mut differences) = (vec![1.0; a.len()], vec![f64::NAN; a.len()]);
            let next: Vec<f64> = a.iter().map(|a| a + 1.0).collect();
            assert_eq!(sum_of_squares(&next, &a, &mut differences), f64::from(length));
            assert_eq!(differences, ones);
        }
    }

    #[test]
    fn small_terms_are_not_lost() {
        let a = vec![0.1_f32; 1 << 20];
        assert!((sum(&a) / (0.1 * (1 << 20) as f32) - 1.0).abs() < 1e-6);
    }
}
