//! A text as numbers, and the batch of each step.

use std::ops::Range;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::Ids;

use crate::model::CONTEXT;

/// One number a character; all beyond ASCII share the last.
pub(crate) const VOCABULARY: usize = 128;

/// Runs of characters in one batch.
pub(crate) const BATCH: usize = 10;

/// What is learned: the documentation of ties.
pub(crate) fn read() -> Vec<u32> {
    include_str!("../../../docs/ties.md").chars().map(|character| (character as u32).min(127)).collect()
}

/// Some rows of the batch of a step, and what follows each character. The step alone says where they begin, so that each
/// rank draws the same, and a run that is taken up again goes on with the same.
pub(crate) fn batch(text: &[u32], seed: u64, step: u64, rows: Range<usize>) -> (Ids, Ids) {
    let mut rng = StdRng::seed_from_u64(seed ^ (step + 1) << 32);
    let starts: [usize; BATCH] = std::array::from_fn(|_| rng.random_range(0..text.len() - CONTEXT));
    let ids = |shift: usize| {
        let runs =
            starts[rows.clone()].iter().flat_map(|start| &text[start + shift..start + shift + CONTEXT]);
        Ids::from_vec([rows.len(), CONTEXT], runs.copied().collect())
    };
    (ids(0), ids(1))
}
