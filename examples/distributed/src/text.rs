//! A text as token ids, and the batch of each step.

use std::ops::Range;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::Ids;

use crate::model::CONTEXT;

/// One id per ASCII character. All others share the last id.
pub(crate) const VOCABULARY: usize = 128;

/// Number of sequences in a batch.
pub(crate) const BATCH: usize = 10;

/// Reads the training text: the documentation of ties.
pub(crate) fn read() -> Vec<u32> {
    include_str!("../../../docs/ties.md").chars().map(|character| (character as u32).min(127)).collect()
}

/// Returns some rows of the batch of a step, and the character that follows each of their characters. The
/// positions depend only on the seed and the step, so all ranks draw the same batch, and a resumed run
/// continues with the same batches.
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
