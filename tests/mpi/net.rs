//! A network with a tie, a buffer and a frozen part, and with sizes that are known at run time. Its vocabulary size is prime, so no number of ranks divides it.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Net {
    pub(crate) embed: Embedding<DYN, 4>,
    pub(crate) still: Frozen<Linear<4, 4>>,
    pub(crate) norm: BatchNorm<DYN>,
    #[tie(weight = embed.weight.fixed())]
    pub(crate) head: Linear<4, 11, Tied, NoBias>,
}

/// The number of trained values: those of the embedding, which is also the head, and of the norm.
pub(crate) const TRAINED: usize = 11 * 4 + 2 * 4;

#[differentiable]
impl Net {
    pub(crate) fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
        let x = self.still.forward(&self.embed.forward(ids)).tanh();
        cross_entropy_loss(&self.head.forward(&self.norm.forward(&x.dynamic()).fixed()), next)
    }

    /// The loss over the ids other than 1.
    pub(crate) fn counted_loss(&self, ids: &Ids, next: &Ids) -> f32 {
        let x = self.still.forward(&self.embed.forward(ids)).tanh();
        CrossEntropy::new()
            .ignore_index(1)
            .loss(&self.head.forward(&self.norm.forward(&x.dynamic()).fixed()), next)
    }
}

pub(crate) fn net(seed: usize) -> Net {
    let rng = &mut StdRng::seed_from_u64(seed as u64);
    Net {
        embed: Embedding::new(11, 4, rng),
        still: Frozen::new(Linear::new(4, 4, rng)),
        norm: BatchNorm::new(4),
        head: Linear::new(4, 11, rng),
    }
}

/// Returns ids, and the ids that follow them. Each id occurs if there are enough rows.
pub(crate) fn batch(rows: usize) -> (Ids, Ids) {
    let ids =
        |shift: usize| Ids::from_vec([rows], (0..rows).map(|row| ((row + shift) % 11) as u32).collect());
    (ids(0), ids(1))
}

/// Adds the gradient of some rows.
pub(crate) fn accumulate(
    net: &Net,
    gradient: &mut Net,
    (ids, next): &(Ids, Ids),
    rows: std::ops::Range<usize>,
) -> f32 {
    let of = |ids: &Ids| ids.narrow(0, rows.start, rows.len());
    net.loss_and_accumulate(gradient, &of(ids), &of(next))
}

pub(crate) fn values(net: &Net) -> Vec<f32> {
    net.parameters().flat_map(|parameter| parameter.as_slice().to_vec()).collect()
}

#[track_caller]
pub(crate) fn assert_close(found: &Net, expected: &Net, tolerance: f32) {
    for (found, expected) in values(found).into_iter().zip(values(expected)) {
        assert!((found - expected).abs() < tolerance, "{found}, not {expected}");
    }
}
