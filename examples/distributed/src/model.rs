//! A small GPT with a head tied to its embedding, and the same with an untied head.

use rand::{Rng, RngExt};
use tiedw::prelude::*;

pub(crate) const CONTEXT: usize = 32;
const WIDTH: usize = 64;
const HEADS: usize = 4;
const LAYERS: usize = 2;

type Norm = WithoutBias<LayerNorm<WIDTH>>;
type Attention = WithoutBias<MultiHeadAttention<WIDTH, HEADS>>;

#[derive(Module)]
struct Block {
    attention_norm: Norm,
    attention: Attention,
    norm: Norm,
    up: WithoutBias<Linear<WIDTH, { 4 * WIDTH }>>,
    down: WithoutBias<Linear<{ 4 * WIDTH }, WIDTH>>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<WIDTH>, mask: &AttentionMask) -> Tensor<WIDTH> {
        let x = x + self.attention.masked(&self.attention_norm.forward(x), mask);
        let hidden = self.up.forward(&self.norm.forward(&x)).gelu();
        x + self.down.forward(&hidden)
    }
}

/// Everything except the head.
#[derive(Module)]
struct Trunk<const V: usize> {
    embed: Embedding<V, WIDTH>,
    positions: PositionalEmbedding<CONTEXT, WIDTH>,
    blocks: [Block; LAYERS],
    norm: Norm,
}

#[differentiable]
impl<const V: usize> Trunk<V> {
    fn forward(&self, ids: &Ids) -> Tensor<WIDTH> {
        let mask = AttentionMask::causal();
        let mut x = self.positions.forward(&self.embed.forward(ids));
        for block in &self.blocks {
            x = block.forward(&x, &mask);
        }
        self.norm.forward(&x)
    }
}

#[derive(Module)]
pub(crate) struct Gpt<const V: usize> {
    trunk: Trunk<V>,
    #[tie(weight = trunk.embed.weight)]
    head: Linear<WIDTH, V, Tied, NoBias>,
}

#[differentiable]
impl<const V: usize> Gpt<V> {
    pub(crate) fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
        cross_entropy_loss(&self.head.forward(&self.trunk.forward(ids)), next)
    }
}

#[derive(Module)]
pub(crate) struct Untied<const V: usize> {
    trunk: Trunk<V>,
    head: WithoutBias<Linear<WIDTH, V>>,
}

#[differentiable]
impl<const V: usize> Untied<V> {
    pub(crate) fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
        cross_entropy_loss(&self.head.forward(&self.trunk.forward(ids)), next)
    }
}

/// The interface for training, implemented by both models.
pub(crate) trait LanguageModel: Module<Elem = f32> + Closed + Init {
    /// Computes the loss, and adds its gradient to `gradient`.
    fn accumulate(&self, gradient: &mut Self, ids: &Ids, next: &Ids) -> f32;

    /// Creates a model with small weights, as in GPT-2.
    fn new(rng: &mut impl Rng) -> Self {
        let mut net = Self::init(rng);
        for mut parameter in net.parameters_mut() {
            if parameter.shape().len() > 1 {
                parameter.as_mut_slice().fill_with(|| rng.random_range(-0.035..0.035));
            }
        }
        net
    }
}

impl<const V: usize> LanguageModel for Gpt<V> {
    fn accumulate(&self, gradient: &mut Self, ids: &Ids, next: &Ids) -> f32 {
        self.loss_and_accumulate(gradient, ids, next)
    }
}

impl<const V: usize> LanguageModel for Untied<V> {
    fn accumulate(&self, gradient: &mut Self, ids: &Ids, next: &Ids) -> f32 {
        self.loss_and_accumulate(gradient, ids, next)
    }
}
