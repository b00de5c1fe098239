//! The nearest of some rows.

use tiedw::prelude::*;

/// Returns for each query up to `count` rows, the nearest first, with the cosine of the angle between them. All rows
/// have the length 1.
pub(crate) fn nearest(queries: &Tensor<DYN>, rows: &Tensor<DYN>, count: usize) -> Vec<Vec<(usize, f32)>> {
    let scores: Tensor<DYN> = queries.matmul_t(rows);
    let best = |scores: &[f32]| {
        let mut best: Vec<_> = scores.iter().copied().enumerate().collect();
        best.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        best.truncate(count);
        best
    };
    scores.as_slice().chunks_exact(rows.rows().max(1)).map(best).collect()
}
