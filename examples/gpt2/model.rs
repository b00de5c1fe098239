//! The network: GPT-2 (Radford et al. 2019). Its sizes are const generics; the number of layers is read from
//! the file.

use tiedw::prelude::*;

#[derive(Module, Clone, PartialEq)]
pub(crate) struct Block<const WIDTH: usize, const HIDDEN: usize, const HEADS: usize> {
    pub(crate) attention_norm: LayerNorm<WIDTH>,
    pub(crate) attention: MultiHeadAttention<WIDTH, HEADS>,
    norm: LayerNorm<WIDTH>,
    up: Linear<WIDTH, HIDDEN>,
    down: Linear<HIDDEN, WIDTH>,
}

#[differentiable]
impl<const WIDTH: usize, const HIDDEN: usize, const HEADS: usize> Block<WIDTH, HIDDEN, HEADS> {
    /// The feed-forward part of the block, with its residual connection.
    pub(crate) fn feed_forward(&self, x: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        let hidden = self.up.forward(&self.norm.forward(x)).gelu_tanh();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module, Clone, PartialEq)]
pub(crate) struct Gpt2<
    const VOCABULARY: usize,
    const CONTEXT: usize,
    const WIDTH: usize,
    const HIDDEN: usize,
    const HEADS: usize,
> {
    pub(crate) embed: Embedding<VOCABULARY, WIDTH>,
    pub(crate) positions: Embedding<CONTEXT, WIDTH>,
    pub(crate) blocks: Vec<Block<WIDTH, HIDDEN, HEADS>>,
    pub(crate) norm: LayerNorm<WIDTH>,
    #[tie(weight = embed.weight)]
    pub(crate) head: Linear<WIDTH, VOCABULARY, Tied, NoBias>,
}

impl<
    const VOCABULARY: usize,
    const CONTEXT: usize,
    const WIDTH: usize,
    const HIDDEN: usize,
    const HEADS: usize,
> Gpt2<VOCABULARY, CONTEXT, WIDTH, HIDDEN, HEADS>
{
    /// Creates a model of zeros, into which a file is loaded.
    pub(crate) fn zeros(layers: usize) -> Self {
        let block = || Block {
            attention_norm: norm(),
            attention: MultiHeadAttention {
                query: linear(),
                key: linear(),
                value: linear(),
                out_proj: linear(),
                rotary: None,
                dropout: 0.0,
            },
            norm: norm(),
            up: linear(),
            down: linear(),
        };
        Gpt2 {
            embed: Embedding { weight: Matrix::zeros(), padding_idx: None },
            positions: Embedding { weight: Matrix::zeros(), padding_idx: None },
            blocks: (0..layers).map(|_| block()).collect(),
            norm: norm(),
            head: Linear { weight: Tied::new(), bias: Default::default() },
        }
    }
}

fn linear<const I: usize, const O: usize>() -> Linear<I, O> {
    Linear { weight: Matrix::zeros(), bias: Vector::zeros() }
}

fn norm<const D: usize>() -> LayerNorm<D> {
    LayerNorm { weight: Vector::zeros(), bias: Vector::zeros(), eps: 1e-5 }
}
