//! An encoder and a decoder that use one embedding in three places, as in T5 (Raffel et al. 2020).

use tiedw::prelude::*;

use crate::task::{LENGTH, VOCABULARY};

pub(crate) const WIDTH: usize = 64;
const LAYERS: usize = 2;

pub(crate) type Shared = Embedding<VOCABULARY, WIDTH>;
type Attention = MultiHeadAttention<WIDTH, 4>;

#[derive(Module, Clone)]
struct FeedForward {
    norm: LayerNorm<WIDTH>,
    up: Linear<WIDTH, { 4 * WIDTH }>,
    down: Linear<{ 4 * WIDTH }, WIDTH>,
}

#[differentiable]
impl FeedForward {
    fn forward(&self, x: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        let hidden = self.up.forward(&self.norm.forward(x)).relu();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module, Clone)]
struct EncoderLayer {
    norm: LayerNorm<WIDTH>,
    attention: Attention,
    feed_forward: FeedForward,
}

#[differentiable]
impl EncoderLayer {
    fn forward(&self, x: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        self.feed_forward.forward(&(x + self.attention.forward(&self.norm.forward(x))))
    }
}

#[derive(Module, Clone)]
struct DecoderLayer {
    norm: LayerNorm<WIDTH>,
    attention: Attention,
    cross_norm: LayerNorm<WIDTH>,
    cross_attention: Attention,
    feed_forward: FeedForward,
}

#[differentiable]
impl DecoderLayer {
    fn forward(&self, x: &Tensor<WIDTH>, encoded: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        let causal = AttentionMask::causal();
        let x = x + self.attention.masked(&self.norm.forward(x), &causal);
        let everything = AttentionMask::none();
        let x = &x + self.cross_attention.cross(&self.cross_norm.forward(&x), encoded, &everything);
        self.feed_forward.forward(&x)
    }
}

/// Encodes a sequence. The enclosing struct lends the embedding.
#[derive(Module, Clone)]
struct Encoder {
    #[tie]
    embed: Tied<Embedding<VOCABULARY, WIDTH>>,
    positions: PositionalEmbedding<LENGTH, WIDTH>,
    layers: [EncoderLayer; LAYERS],
    norm: LayerNorm<WIDTH>,
}

#[differentiable]
impl Encoder {
    fn forward(&self, ids: &Ids) -> Tensor<WIDTH> {
        let mut x = self.positions.forward(&self.embed.forward(ids));
        for layer in &self.layers {
            x = layer.forward(&x);
        }
        self.norm.forward(&x)
    }
}

/// Decodes a sequence, with cross-attention to the encoder's output.
#[derive(Module, Clone)]
struct Decoder {
    #[tie]
    embed: Tied<Embedding<VOCABULARY, WIDTH>>,
    positions: PositionalEmbedding<LENGTH, WIDTH>,
    layers: [DecoderLayer; LAYERS],
    norm: LayerNorm<WIDTH>,
}

#[differentiable]
impl Decoder {
    fn forward(&self, ids: &Ids, encoded: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        let mut x = self.positions.forward(&self.embed.forward(ids));
        for layer in &self.layers {
            x = layer.forward(&x, encoded);
        }
        self.norm.forward(&x)
    }
}

#[derive(Module, Clone)]
pub(crate) struct Seq2Seq {
    pub(crate) shared: Shared,
    #[tie(embed = shared)]
    encoder: Encoder,
    #[tie(embed = shared)]
    decoder: Decoder,
    #[tie(weight = shared.weight)]
    head: Linear<WIDTH, VOCABULARY, Tied, NoBias>,
}

#[differentiable]
impl Seq2Seq {
    /// Returns the logits of each symbol of the answer, given the symbols before it.
    pub(crate) fn forward(&self, question: &Ids, before: &Ids) -> Tensor<VOCABULARY> {
        let encoded = self.encoder.forward(question);
        // T5 scales the input of a tied head.
        self.head.forward(&self.decoder.forward(before, &encoded)) * 0.125
    }

    pub(crate) fn loss(&self, question: &Ids, before: &Ids, answer: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(question, before), answer)
    }
}
