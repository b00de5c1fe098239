//! Several sentences as one rectangle of tokens.

use tiedw::prelude::*;

/// Sentences that are padded to the length of the longest.
pub(crate) struct Batch {
    /// `[batch, tokens]`.
    pub(crate) ids: Ids,
    /// Which sentence of a pair a token is in: here, the first.
    pub(crate) types: Ids,
    /// Hides the padding.
    pub(crate) mask: AttentionMask,
    /// `[batch, 1, tokens]`: the share of each token in the mean of its sentence; 0 for the padding.
    pub(crate) mean: Tensor<DYN>,
}

impl Batch {
    /// Joins sentences of at least one token each.
    pub(crate) fn new<'s>(sentences: impl Iterator<Item = &'s [u32]> + Clone) -> Self {
        let longest = sentences.clone().map(<[u32]>::len).max().unwrap_or(0);
        let (mut ids, mut ignored, mut mean, mut count) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for sentence in sentences {
            count += 1;
            let length = sentence.len();
            // No one sees what the id of the padding is.
            ids.extend(sentence.iter().copied().chain((length..longest).map(|_| 0)));
            ignored.extend((0..longest).map(|at| at >= length));
            mean.extend((0..longest).map(|at| if at < length { 1.0 / length as f32 } else { 0.0 }));
        }
        Batch {
            types: Ids::from_vec([count, longest], vec![0; ids.len()]),
            ids: Ids::from_vec([count, longest], ids),
            mask: AttentionMask::none().key_padding(ignored),
            mean: Tensor::from_vec([count, 1], mean),
        }
    }
}
