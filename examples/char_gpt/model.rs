//! The network: GPT-2 (Radford et al. 2019) without biases, in nanoGPT's small configuration.

use language::{CONTEXT, LanguageModel};
use rand::{Rng, RngExt};
use tiedw::prelude::*;

pub(crate) const WIDTH: usize = 128;
pub(crate) const HEADS: usize = 4;
pub(crate) const LAYERS: usize = 4;

type Norm = WithoutBias<LayerNorm<WIDTH>>;
type Attention = WithoutBias<MultiHeadAttention<WIDTH, HEADS>>;

#[derive(Module, Clone)]
pub(crate) struct Block {
    pub(crate) attention_norm: Norm,
    pub(crate) attention: Attention,
    pub(crate) norm: Norm,
    pub(crate) up: WithoutBias<Linear<WIDTH, { 4 * WIDTH }>>,
    pub(crate) down: WithoutBias<Linear<{ 4 * WIDTH }, WIDTH>>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<WIDTH>, mask: &AttentionMask) -> Tensor<WIDTH> {
        let x = x + self.attention.masked(&self.attention_norm.forward(x), mask);
        self.feed_forward(&x)
    }

    /// The feed-forward part of the block, with its residual connection.
    pub(crate) fn feed_forward(&self, x: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        let hidden = self.up.forward(&self.norm.forward(x)).gelu();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module, Clone)]
pub(crate) struct Gpt {
    pub(crate) embed: Embedding<DYN, WIDTH>,
    pub(crate) positions: PositionalEmbedding<CONTEXT, WIDTH>,
    pub(crate) blocks: [Block; LAYERS],
    pub(crate) norm: Norm,
    #[tie(weight = embed.weight)]
    pub(crate) head: Linear<WIDTH, DYN, Tied, NoBias>,
}

#[differentiable]
impl Gpt {
    /// Returns the logits of the character that follows each character.
    pub(crate) fn forward(&self, ids: &Ids) -> Tensor<DYN> {
        let mask = AttentionMask::causal();
        let mut x = self.positions.forward(&self.embed.forward(ids));
        for block in &self.blocks {
            x = block.forward(&x, &mask);
        }
        self.head.forward(&self.norm.forward(&x))
    }

    fn cross_entropy(&self, ids: &Ids, next: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(ids), next)
    }
}

impl Gpt {
    /// Draws weights from N(0, 0.02), scaled down for projections into the residual stream, as in GPT-2.
    pub(crate) fn new(vocabulary: usize, rng: &mut impl Rng) -> Self {
        let mut net = Gpt {
            embed: Embedding::new(vocabulary, WIDTH, rng),
            positions: Init::init(rng),
            blocks: Init::init(rng),
            norm: Init::init(rng),
            head: Linear::new(WIDTH, vocabulary, rng),
        };
        let names: Vec<String> = net.named_parameters().map(|(name, _)| name).collect();
        for (name, mut parameter) in names.iter().zip(net.parameters_mut()) {
            if !name.contains("norm") {
                let residual = name.ends_with("out_proj.weight") || name.ends_with("down.weight");
                let deviation = if residual { 0.02 / (2.0 * LAYERS as f32).sqrt() } else { 0.02 };
                parameter.as_mut_slice().fill_with(|| deviation * normal(rng));
            }
        }
        net
    }
}

impl LanguageModel for Gpt {
    fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
        self.cross_entropy(ids, next)
    }

    fn accumulate(&self, gradient: &mut Self, ids: &Ids, next: &Ids) -> f32 {
        self.cross_entropy_and_accumulate(gradient, ids, next)
    }
}

/// Draws from N(0, 1) by the method of Box and Muller (1958).
fn normal(rng: &mut impl Rng) -> f32 {
    let (radius, angle): (f32, f32) = (1.0 - rng.random::<f32>(), rng.random());
    (-2.0 * radius.ln()).sqrt() * (std::f32::consts::TAU * angle).cos()
}
