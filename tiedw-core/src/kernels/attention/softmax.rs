//! The softmax of scores of which some are not seen.

use crate::Element;
use crate::kernels::lanes::{largest, sums, sums2};
use crate::kernels::simd::vectorized;

/// How much of each row of scores counts.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// From a row to the next.
    pub(super) stride: usize,
    /// How many scores are there.
    pub(super) seen: usize,
    /// How many of them the first row sees, where each later one sees one more.
    pub(super) first: usize,
}

vectorized! {
    /// The softmax of what each row sees and what is not ignored; the other scores that are there become 0. A row with
    /// nothing left becomes 0.
    ///
    /// Of each row what was subtracted from the scores, and what their powers of e were multiplied by, goes to
    /// `statistics`.
    pub(super) fn masked_softmax[E: Element](x: &mut [E], rows: Row, ignored: &[bool], statistics: &mut [[E; 2]]; mul_add) {
        let Row { stride, seen, first } = rows;
        for ((at, row), statistics) in x.chunks_exact_mut(stride.max(1)).enumerate().zip(statistics) {
            let (row, unseen) = row[..seen].split_at_mut((first + at).min(seen));
            unseen.fill(E::ZERO);
            for (x, &ignored) in row.iter_mut().zip(ignored) {
                *x = if ignored { E::NEG_INFINITY } else { *x };
            }
            let top = largest(row);
            if top == E::NEG_INFINITY && row.iter().all(|&x| x == top) {
                row.fill(E::ZERO);
                *statistics = [E::ZERO; 2];
                continue;
            }
            for x in row.iter_mut() {
                *x = (*x - top).exp_by(mul_add);
            }
            let [sum] = sums(row, |x| [x]);
            let factor = E::ONE / sum;
            for x in row.iter_mut() {
                *x *= factor;
            }
            *statistics = [top, factor];
        }
    }
}

vectorized! {
    /// To the same bits what [`masked_softmax`] made of the same scores.
    pub(super) fn softmax_again[E: Element](x: &mut [E], rows: Row, ignored: &[bool], statistics: &[[E; 2]]; mul_add) {
        let Row { stride, seen, first } = rows;
        for ((at, row), &[top, factor]) in x.chunks_exact_mut(stride.max(1)).enumerate().zip(statistics) {
            let (row, unseen) = row[..seen].split_at_mut((first + at).min(seen));
            unseen.fill(E::ZERO);
            for (x, &ignored) in row.iter_mut().zip(ignored) {
                *x = if ignored { E::NEG_INFINITY } else { *x };
            }
            for x in row.iter_mut() {
                *x = (*x - top).exp_by(mul_add) * factor;
            }
        }
    }
}

vectorized! {
    /// Each row of `d` becomes y (d - Σ d y), the pullback of the softmax y, whose rows lie `stride` apart.
    pub(super) fn softmax_vjp[E: Element](d: &mut [E], width: usize, y: &[E], stride: usize) {
        for (d, y) in d.chunks_exact_mut(width.max(1)).zip(y.chunks_exact(stride.max(1))) {
            let y = &y[..d.len()];
            let [dot] = sums2(d, y, |d, y| [d * y]);
            for (d, &y) in d.iter_mut().zip(y) {
                *d = y * (*d - dot);
            }
        }
    }
}
