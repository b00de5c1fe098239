//! Workload d: a GPT whose head is tied to its embedding: 4 layers, 4 heads, width 128, context 64, AdamW.

use rand::RngExt;
use tiedw::parallel::{Shards, num_threads};
use tiedw::prelude::*;

use crate::random::rng;

pub(crate) const VOCABULARY: usize = 65;
pub(crate) const WIDTH: usize = 128;
pub(crate) const CONTEXT: usize = 64;

pub(crate) type Norm = WithoutBias<LayerNorm<WIDTH>>;
type Attention = WithoutBias<MultiHeadAttention<WIDTH, 4>>;

#[derive(Module)]
pub(crate) struct Block {
    attention_norm: Norm,
    attention: Attention,
    norm: Norm,
    up: WithoutBias<Linear<WIDTH, { 4 * WIDTH }>>,
    down: WithoutBias<Linear<{ 4 * WIDTH }, WIDTH>>,
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

/// The number of sequences that all threads process at once: few, so that activations take little memory and stay in
/// cache.
const MICRO_BATCH: usize = 4;

/// A training step on `batch` sequences, split over all threads.
pub(crate) fn step(batch: usize) -> impl FnMut() -> f32 {
    step_of(Gpt::init(&mut rng()), batch, Gpt::loss_and_accumulate)
}

/// A training step of a GPT with small initial weights; `loss_and_accumulate` computes the loss and adds the gradient.
pub(crate) fn step_of<M: Module<Elem = f32> + Send + Sync>(
    mut net: M,
    batch: usize,
    loss_and_accumulate: impl Fn(&M, &mut M, &Ids, &Ids, &AttentionMask) -> f32 + Sync,
) -> impl FnMut() -> f32 {
    let mut rng = rng();
    for mut parameter in net.parameters_mut() {
        if parameter.shape().len() > 1 {
            parameter.as_mut_slice().fill_with(|| rng.random_range(-0.035..0.035));
        }
    }
    let mut ids = || {
        let ids = (0..batch * CONTEXT).map(|_| rng.random_range(0..VOCABULARY as u32));
        Ids::from_vec([batch, CONTEXT], ids.collect())
    };
    let (ids, targets, mask) = (ids(), ids(), AttentionMask::causal());
    let is_matrix = |name: &str| !name.contains("norm");
    let mut adam = AdamW::new(1e-7).betas(0.9, 0.99).weight_decay(0.1).decay_where(is_matrix);
    let micro_batches = batch.div_ceil(MICRO_BATCH);
    let mut shards = Shards::new(&net, num_threads()).micro_batches(micro_batches);
    move || {
        let (loss, grads) = shards.value_and_grad(&net, batch, |net, grads, rows| {
            let of_rows = |ids: &Ids| ids.narrow(0, rows.start, rows.len());
            loss_and_accumulate(net, grads, &of_rows(&ids), &of_rows(&targets), &mask)
        });
        adam.step(&mut net, grads);
        loss
    }
}
