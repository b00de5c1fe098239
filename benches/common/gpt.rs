//! Workload d: a GPT whose head is its embedding: 4 layers, 4 heads, width 128, context 64, AdamW.

use rand::{Rng, RngExt};
use tiedw::parallel::{Shards, num_threads};
use tiedw::prelude::*;

use crate::random::rng;

pub(crate) const VOCABULARY: usize = 65;
pub(crate) const WIDTH: usize = 128;
pub(crate) const CONTEXT: usize = 64;

pub(crate) type Norm = LayerNorm<WIDTH, Own, NoBias>;
type Attention = MultiHeadAttention<WIDTH, 4, WIDTH, Own, Own, Own, Own, NoBias>;

#[derive(Module)]
pub(crate) struct Block {
    attention_norm: Norm,
    attention: Attention,
    norm: Norm,
    up: Linear<WIDTH, { 4 * WIDTH }, Own, NoBias>,
    down: Linear<{ 4 * WIDTH }, WIDTH, Own, NoBias>,
}

#[differentiable]
impl Block {
    pub(crate) fn forward(&self, x: &Tensor<WIDTH>, mask: &AttentionMask) -> Tensor<WIDTH> {
        let x = x + self.attention.masked(&self.attention_norm.forward(x), mask);
        let hidden = self.up.forward(&self.norm.forward(&x)).gelu();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module)]
struct Gpt {
    embed: Embedding<VOCABULARY, WIDTH>,
    positions: PositionalEmbedding<CONTEXT, WIDTH>,
    blocks: [Block; 4],
    norm: Norm,
    #[tie(weight = embed.weight)]
    head: Linear<WIDTH, VOCABULARY, Tied, NoBias>,
}

#[differentiable]
impl Gpt {
    fn loss(&self, ids: &Ids, targets: &Ids, mask: &AttentionMask) -> f32 {
        let mut x = self.positions.forward(&self.embed.forward(ids));
        for block in &self.blocks {
            x = block.forward(&x, mask);
        }
        cross_entropy_loss(&self.head.forward(&self.norm.forward(&x)), targets)
    }
}

/// What a GPT is trained with.
pub(crate) struct Training<M> {
    pub(crate) ids: Ids,
    pub(crate) targets: Ids,
    pub(crate) mask: AttentionMask,
    pub(crate) adam: AdamW<M>,
}

impl<M: Module<Elem = f32>> Training<M> {
    /// So many sequences, and small weights.
    pub(crate) fn new(net: &mut M, batch: usize, rng: &mut impl Rng) -> Self {
        for mut parameter in net.parameters_mut() {
            if parameter.shape().len() > 1 {
                parameter.as_mut_slice().fill_with(|| rng.random_range(-0.035..0.035));
            }
        }
        let mut ids = || {
            let ids = (0..batch * CONTEXT).map(|_| rng.random_range(0..VOCABULARY as u32));
            Ids::from_vec([batch, CONTEXT], ids.collect())
        };
        let is_matrix = |name: &str| !name.contains("norm");
        let adam = AdamW::new(1e-7).betas(0.9, 0.99).weight_decay(0.1).decay_where(is_matrix);
        Training { ids: ids(), targets: ids(), mask: AttentionMask::causal(), adam }
    }
}

/// On this many sequences; where there are more threads than one, each takes some of them.
pub(crate) fn step(batch: usize) -> Box<dyn FnMut() -> f32> {
    let mut rng = rng();
    let mut net = Gpt::init(&mut rng);
    let Training { ids, targets, mask, mut adam } = Training::new(&mut net, batch, &mut rng);
    if num_threads() == 1 {
        return Box::new(move || {
            let (loss, grads) = net.loss_and_grad(&ids, &targets, &mask);
            adam.step(&mut net, &grads);
            loss
        });
    }
    let mut shards = Shards::new(&net, num_threads());
    Box::new(move || {
        let (loss, grads) = shards.value_and_grad(&net, batch, |net, grads, rows| {
            let (ids, targets) =
                (ids.narrow(0, rows.start, rows.len()), targets.narrow(0, rows.start, rows.len()));
            net.loss_and_accumulate(grads, &ids, &targets, &mask)
        });
        adam.step(&mut net, grads);
        loss
    })
}
