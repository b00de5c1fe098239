//! Sums that lose little: blocks of independent lanes, added pairwise.

use crate::Element;

const LANES: usize = 16;
const BLOCK: usize = 256;

/// Where numbers are cut in two, so that the first part fills all lanes.
#[inline]
fn middle_of(count: usize) -> usize {
    (count / 2).next_multiple_of(LANES)
}

/// The sum of `f(a[i], b[i])`.
#[inline]
pub(crate) fn sum_zip<E: Element>(a: &[E], b: &[E], f: impl Fn(E, E) -> E + Copy) -> E {
    debug_assert_eq!(a.len(), b.len());
    if a.len() > BLOCK {
        let middle = middle_of(a.len());
        return sum_zip(&a[..middle], &b[..middle], f) + sum_zip(&a[middle..], &b[middle..], f);
    }
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

/// The sum of the squares of `a[i] - b[i]`, and these in `differences`.
#[inline]
pub(crate) fn sum_of_squares<E: Element>(a: &[E], b: &[E], differences: &mut [E]) -> E {
    if a.len() > BLOCK {
        let middle = middle_of(a.len());
        let (left, right) = differences.split_at_mut(middle);
        return sum_of_squares(&a[..middle], &b[..middle], left)
            + sum_of_squares(&a[middle..], &b[middle..], right);
    }
    for ((difference, &a), &b) in differences.iter_mut().zip(a).zip(b) {
        *difference = a - b;
    }
    sum_zip(differences, differences, |a, b| a * b)
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
        for length in [0, 1, 15, 16, 17, 255, 256, 257, 1000, 5000] {
            let a: Vec<f64> = (0..length).map(f64::from).collect();
            assert_eq!(sum(&a), f64::from(length * (length - 1) / 2), "{length}");
            assert_eq!(sum_zip(&a, &a, |x, y| x - y), 0.0);
        }
    }

    #[test]
    fn small_terms_are_not_lost() {
        let a = vec![0.1_f32; 1 << 20];
        assert!((sum(&a) / (0.1 * (1 << 20) as f32) - 1.0).abs() < 1e-6);
    }
}
