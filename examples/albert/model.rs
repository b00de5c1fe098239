//! A language model in the style of ALBERT (Lan et al. 2020): all layers borrow the weights of the first.

use language::{CONTEXT, LanguageModel};
use rand::Rng;
use tiedw::prelude::*;

pub(crate) const LAYERS: usize = 12;
const WIDTH: usize = 64;

#[derive(Module, Clone)]
pub(crate) struct Block {
    attention_norm: LayerNorm<WIDTH>,
    attention: MultiHeadAttention<WIDTH, 4>,
    norm: LayerNorm<WIDTH>,
    up: Linear<WIDTH, { 4 * WIDTH }>,
    down: Linear<{ 4 * WIDTH }, WIDTH>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<WIDTH>, mask: &AttentionMask) -> Tensor<WIDTH> {
        let x = x + self.attention.masked(&self.attention_norm.forward(x), mask);
        let hidden = self.up.forward(&self.norm.forward(&x)).gelu();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module, Clone)]
pub(crate) struct Albert {
    embed: Embedding<DYN, WIDTH>,
    positions: PositionalEmbedding<CONTEXT, WIDTH>,
    first: Block,
    #[tie(first)]
    rest: [Tied<Block>; LAYERS - 1],
    norm: LayerNorm<WIDTH>,
    #[tie(weight = embed.weight)]
    head: Linear<WIDTH, DYN, Tied>,
}

#[differentiable]
impl Albert {
    pub(crate) fn forward(&self, ids: &Ids) -> Tensor<DYN> {
        let mask = AttentionMask::causal();
        // The embedding is initialized from N(0, 1), which is too large for a tied head, so both uses are
        // scaled down.
        let x = self.positions.forward(&self.embed.forward(ids)) * 0.1;
        let mut h = self.first.forward(&x, &mask);
        for block in &self.rest {
            h = block.forward(&h, &mask);
        }
        self.head.forward(&self.norm.forward(&h)) * 0.1
    }

    fn cross_entropy(&self, ids: &Ids, next: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(ids), next)
    }
}

impl Albert {
    pub(crate) fn new(vocabulary: usize, rng: &mut impl Rng) -> Self {
        Albert {
            embed: Embedding::new(vocabulary, WIDTH, rng),
            positions: Init::init(rng),
            first: Init::init(rng),
            rest: Init::init(rng),
            norm: LayerNorm::new(WIDTH),
            head: Linear::new(WIDTH, vocabulary, rng),
        }
    }
}

impl LanguageModel for Albert {
    fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
        self.cross_entropy(ids, next)
    }

    fn accumulate(&self, gradient: &mut Self, ids: &Ids, next: &Ids) -> f32 {
        self.cross_entropy_and_accumulate(gradient, ids, next)
    }
}
