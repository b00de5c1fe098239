//! Sampling from a language model without a cache: the whole context is read again for each character.

use rand::Rng;
use tiedw::{DYN, Ids, Tensor};

use crate::{CONTEXT, Text, draw};

/// Samples `count` characters, after a line break. `forward` returns the logits of the character that follows
/// each character.
pub fn sample(
    forward: impl Fn(&Ids) -> Tensor<DYN>,
    text: &Text,
    count: usize,
    rng: &mut impl Rng,
) -> String {
    let mut ids = vec![text.line_break()];
    for _ in 0..count {
        let last = ids[ids.len().saturating_sub(CONTEXT)..].to_vec();
        let logits = forward(&Ids::from_vec([1, last.len()], last));
        let row = logits.as_slice().len() - logits.features();
        ids.push(draw(&logits.as_slice()[row..], rng));
    }
    text.decode(&ids[1..])
}
