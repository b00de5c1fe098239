//! The network: GPT-2 (Radford et al. 2019). The width and the number of heads are const generics; all other sizes, and the
//! number of layers, are those of the configuration.

use tiedw::prelude::*;

use crate::config::Config;

#[derive(Module, Clone, PartialEq)]
pub(crate) struct Block<const WIDTH: usize, const HEADS: usize> {
    pub(crate) attention_norm: LayerNorm<WIDTH>,
    pub(crate) attention: MultiHeadAttention<WIDTH, HEADS>,
    norm: LayerNorm<WIDTH>,
    up: Linear<WIDTH, DYN>,
    down: Linear<DYN, WIDTH>,
}

#[differentiable]
impl<const WIDTH: usize, const HEADS: usize> Block<WIDTH, HEADS> {
    /// The feed-forward part of the block, with its residual connection.
    pub(crate) fn feed_forward(&self, x: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        let hidden = self.up.forward(&self.norm.forward(x)).gelu_tanh();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module, Clone, PartialEq)]
pub(crate) struct Gpt2<const WIDTH: usize, const HEADS: usize> {
    pub(crate) embed: Embedding<DYN, WIDTH>,
    pub(crate) positions: Embedding<DYN, WIDTH>,
    pub(crate) blocks: Vec<Block<WIDTH, HEADS>>,
    pub(crate) norm: LayerNorm<WIDTH>,
    #[tie(weight = embed.weight)]
    pub(crate) head: Linear<WIDTH, DYN, Tied, NoBias>,
}

impl<const WIDTH: usize, const HEADS: usize> Gpt2<WIDTH, HEADS> {
    /// Creates a model of zeros, into which a file is loaded.
    pub(crate) fn zeros(config: &Config) -> Self {
        let square = || linear(WIDTH, WIDTH);
        let block = || Block {
            attention_norm: norm(),
            attention: MultiHeadAttention {
                query: square(),
                key: square(),
                value: square(),
                out_proj: square(),
                rotary: None,
                dropout: 0.0,
            },
            norm: norm(),
            up: linear(WIDTH, config.hidden()),
            down: linear(config.hidden(), WIDTH),
        };
        Gpt2 {
            embed: table(config.vocab_size),
            positions: table(config.n_positions),
            blocks: (0..config.n_layer).map(|_| block()).collect(),
            norm: norm(),
            head: Linear { weight: Tied::new(), bias: Default::default() },
        }
    }
}

fn table<const WIDTH: usize>(rows: usize) -> Embedding<DYN, WIDTH> {
    Embedding { weight: Matrix::zeros_of([rows, WIDTH]), padding_idx: None }
}

fn linear<const I: usize, const O: usize>(inputs: usize, outputs: usize) -> Linear<I, O> {
    Linear { weight: Matrix::zeros_of([outputs, inputs]), bias: Vector::zeros_of([outputs]) }
}

fn norm<const D: usize>() -> LayerNorm<D> {
    LayerNorm { weight: Vector::zeros(), bias: Vector::zeros(), eps: 1e-5 }
}
