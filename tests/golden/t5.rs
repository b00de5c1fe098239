use tiedw::prelude::*;

use crate::golden::Golden;
use crate::train::{VOCABULARY, check, rng};

const WIDTH: usize = 4;
const LENGTH: usize = 4;

#[derive(Module)]
struct FeedForward {
    norm: LayerNorm<WIDTH>,
    up: Linear<WIDTH, { 4 * WIDTH }>,
    down: Linear<{ 4 * WIDTH }, WIDTH>,
}

#[differentiable]
impl FeedForward {
    fn forward(&self, x: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        x + self.down.forward(&self.up.forward(&self.norm.forward(x)).relu())
    }
}

#[derive(Module)]
struct EncoderLayer {
    norm: LayerNorm<WIDTH>,
    attention: MultiHeadAttention<WIDTH, 2>,
    feed_forward: FeedForward,
}

#[differentiable]
impl EncoderLayer {
    fn forward(&self, x: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        self.feed_forward.forward(&(x + self.attention.forward(&self.norm.forward(x))))
    }
}

#[derive(Module)]
struct DecoderLayer {
    norm: LayerNorm<WIDTH>,
    attention: MultiHeadAttention<WIDTH, 2>,
    cross_norm: LayerNorm<WIDTH>,
    cross_attention: MultiHeadAttention<WIDTH, 2>,
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

#[derive(Module)]
struct Encoder {
    #[tie]
    embed: Tied<Embedding<VOCABULARY, WIDTH>>,
    positions: PositionalEmbedding<LENGTH, WIDTH>,
    layers: [EncoderLayer; 2],
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

#[derive(Module)]
struct Decoder {
    #[tie]
    embed: Tied<Embedding<VOCABULARY, WIDTH>>,
    positions: PositionalEmbedding<LENGTH, WIDTH>,
    layers: [DecoderLayer; 2],
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

#[derive(Module)]
struct T5 {
    shared: Embedding<VOCABULARY, WIDTH>,
    #[tie(embed = shared)]
    encoder: Encoder,
    #[tie(embed = shared)]
    decoder: Decoder,
    #[tie(weight = shared.weight)]
    head: Linear<WIDTH, VOCABULARY, Tied, NoBias>,
}

#[differentiable]
impl T5 {
    fn forward(&self, question: &Ids, before: &Ids) -> Tensor<VOCABULARY> {
        let encoded = self.encoder.forward(question);
        self.head.forward(&self.decoder.forward(before, &encoded)) * 0.5
    }

    fn loss(&self, question: &Ids, before: &Ids, answer: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(question, before), answer)
    }
}

#[test]
fn t5() {
    let case = Golden::parse("t5", include_str!("t5.json"));
    let (question, before) = (case.ids("question"), case.ids("before"));
    check(
        &case,
        T5::init(&mut rng()),
        |net| net.forward(&question, &before),
        |net, answer| net.loss_and_grad(&question, &before, answer),
    );
}
