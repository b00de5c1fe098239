//! The softmax of masked scores.

use crate::Element;
use crate::kernels::lanes::{divide_by_sum, largest};
use crate::kernels::simd::vectorized;

/// Which scores of each row are valid.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// The row stride.
    pub(super) stride: usize,
    /// The number of scores per row that were computed.
    pub(super) seen: usize,
    /// The number of them that the first row sees; each later row sees one more.
    pub(super) first: usize,
}

impl Row {
    /// The scores that row `at` sees, with -∞ for ignored ones; sets the other computed scores to 0.
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
    /// The softmax of the scores that each row sees and that are not ignored. The other computed scores become 0, as do
    /// rows in which all scores are masked.
    ///
    /// `statistics` receives, for each row, the maximum that was subtracted from the scores, and the factor that their
    /// exponentials were multiplied by.
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
    /// Recomputes what [`masked_softmax`] returned for the same scores, bit for bit.
    pub(super) fn softmax_again[E: Element](x: &mut [E], rows: Row, ignored: &[bool], statistics: &[[E; 2]]; mul_add) {
        for ((at, row), &[top, factor]) in x.chunks_exact_mut(rows.stride.max(1)).enumerate().zip(statistics) {
            for x in rows.scores(at, row, ignored) {
                *x = (*x - top).exp_by(mul_add) * factor;
            }
        }
    }
}
