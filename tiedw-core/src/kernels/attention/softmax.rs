//! The softmax of scores of which some are not seen.

use crate::Element;
use crate::kernels::lanes::{divide_by_sum, largest};
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

impl Row {
    /// The scores that row `at` sees, with -∞ for those that are ignored; the others that are there become 0.
    #[inline(always)]
    fn scores<'a, E: Element>(&self, at: usize, row: &'a mut [E], ignored: &[bool]) -> &'a mut [E] {
        let (row, unseen) = row[..self.seen].split_at_mut((self.first + at).min(self.seen));
        unseen.fill(E::ZERO);
        for (x, &ignored) in row.iter_mut().zip(ignored) {
            *x = if ignored { E::NEG_INFINITY } else { *x };
        }
        row
    }
}

vectorized! {
    /// The softmax of what each row sees and what is not ignored; the other scores that are there become 0. A row with
    /// nothing left becomes 0.
    ///
    /// Of each row what was subtracted from the scores, and what their powers of e were multiplied by, goes to
    /// `statistics`.
    pub(super) fn masked_softmax[E: Element](x: &mut [E], rows: Row, ignored: &[bool], statistics: &mut [[E; 2]]; mul_add) {
        for ((at, row), statistics) in x.chunks_exact_mut(rows.stride.max(1)).enumerate().zip(statistics) {
            let row = rows.scores(at, row, ignored);
            let top = largest(row);
            if top == E::NEG_INFINITY && row.iter().all(|&x| x == top) {
                row.fill(E::ZERO);
                *statistics = [E::ZERO; 2];
                continue;
            }
            for x in row.iter_mut() {
                *x = (*x - top).exp_by(mul_add);
            }
            *statistics = [top, divide_by_sum(row)];
        }
    }
}

vectorized! {
    /// To the same bits what [`masked_softmax`] made of the same scores.
    pub(super) fn softmax_again[E: Element](x: &mut [E], rows: Row, ignored: &[bool], statistics: &[[E; 2]]; mul_add) {
        for ((at, row), &[top, factor]) in x.chunks_exact_mut(rows.stride.max(1)).enumerate().zip(statistics) {
            for x in rows.scores(at, row, ignored) {
                *x = (*x - top).exp_by(mul_add) * factor;
            }
        }
    }
}
