//! The network: BERT (Devlin et al. 2019) with a mean over the tokens (Reimers and Gurevych 2019). All sizes, and the
//! number of layers, are known at run time.

use rand::Rng;
use tiedw::init::{Initializer, normal};
use tiedw::prelude::*;

use crate::batch::Batch;

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Block {
    pub(crate) attention: MultiHeadAttention<DYN, DYN>,
    pub(crate) attention_norm: LayerNorm<DYN>,
    pub(crate) up: Linear<DYN, DYN>,
    pub(crate) down: Linear<DYN, DYN>,
    pub(crate) norm: LayerNorm<DYN>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<DYN>, mask: &AttentionMask) -> Tensor<DYN> {
        let x = self.attention_norm.forward(&(x + self.attention.masked(x, mask)));
        let hidden = self.up.forward(&x).gelu();
        self.norm.forward(&(&x + self.down.forward(&hidden)))
    }
}

/// Maps sentences to vectors of length 1.
#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Encoder {
    pub(crate) words: Embedding<DYN, DYN>,
    pub(crate) positions: PositionalEmbedding<DYN, DYN>,
    pub(crate) types: Embedding<DYN, DYN>,
    pub(crate) norm: LayerNorm<DYN>,
    pub(crate) blocks: Vec<Block>,
}

#[differentiable]
impl Encoder {
    /// Returns a row for each sentence of the batch.
    pub(crate) fn forward(&self, #[constant] batch: &Batch) -> Tensor<DYN> {
        let tokens = self.words.forward(&batch.ids) + self.types.forward(&batch.types);
        let mut h = self.norm.forward(&self.positions.forward(&tokens));
        for block in &self.blocks {
            h = block.forward(&h, &batch.mask);
        }
        // `[batch, 1, tokens]` times `[batch, tokens, features]`.
        batch.mean.matmul(&h).reshape([batch.ids.shape()[0]]).normalize()
    }
}

/// The sizes of a new encoder.
pub(crate) struct Sizes {
    pub(crate) words: usize,
    pub(crate) positions: usize,
    pub(crate) width: usize,
    pub(crate) hidden: usize,
    pub(crate) heads: usize,
    pub(crate) layers: usize,
}

impl Encoder {
    /// Creates an encoder with random weights.
    pub(crate) fn new(sizes: &Sizes, rng: &mut impl Rng) -> Self {
        let &Sizes { words, positions, width, hidden, heads, layers } = sizes;
        let block = |rng: &mut _| Block {
            attention: MultiHeadAttention::new(width, heads, rng),
            attention_norm: LayerNorm::new(width),
            up: Linear::new(width, hidden, rng),
            down: Linear::new(hidden, width, rng),
            norm: LayerNorm::new(width),
        };
        let mut encoder = Encoder {
            words: Embedding::new(words, width, rng),
            positions: PositionalEmbedding::new(positions, width, rng),
            types: Embedding::new(2, width, rng),
            norm: LayerNorm::new(width),
            blocks: (0..layers).map(|_| block(rng)).collect(),
        };
        // As BERT starts: steps of training are then large beside it.
        let start = normal(0.0, 0.02);
        start.apply(&mut encoder.words, rng);
        start.apply(&mut encoder.positions, rng);
        start.apply(&mut encoder.types, rng);
        encoder
    }

    /// Sets what a file of weights does not say.
    pub(crate) fn configure(&mut self, heads: usize, eps: f64) -> Result<(), String> {
        let width = self.words.weight.columns();
        if heads == 0 || !width.is_multiple_of(heads) {
            return Err(format!("{heads} heads do not share the width of the model, {width}"));
        }
        self.for_each(|attention: &mut MultiHeadAttention<DYN, DYN>| attention.heads = Count::new(heads));
        self.for_each(|norm: &mut LayerNorm<DYN>| norm.eps = eps);
        Ok(())
    }
}
