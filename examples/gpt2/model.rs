//! The network: GPT-2 (Radford et al. 2019). All sizes, and the number of layers, are those of the file.

use std::path::Path;

use tiedw::prelude::*;

use crate::config::Config;
use crate::names;

#[derive(Module, Clone, PartialEq)]
pub(crate) struct Block {
    pub(crate) attention_norm: LayerNorm<DYN>,
    pub(crate) attention: MultiHeadAttention<DYN, DYN>,
    norm: LayerNorm<DYN>,
    up: Linear<DYN, DYN>,
    down: Linear<DYN, DYN>,
}

#[differentiable]
impl Block {
    /// The feed-forward part of the block, with its residual connection.
    pub(crate) fn feed_forward(&self, x: &Tensor<DYN>) -> Tensor<DYN> {
        let hidden = self.up.forward(&self.norm.forward(x)).gelu_tanh();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module, Clone, PartialEq)]
pub(crate) struct Gpt2 {
    pub(crate) embed: Embedding<DYN, DYN>,
    pub(crate) positions: Embedding<DYN, DYN>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) norm: LayerNorm<DYN>,
    #[tie(weight = embed.weight)]
    pub(crate) head: Linear<DYN, DYN, Tied, NoBias>,
}

impl Gpt2 {
    /// Opens the weights, with the settings of the configuration.
    pub(crate) fn open(path: &Path, config: &Config) -> Result<Self, String> {
        let net = names::options().open(path);
        let mut net: Gpt2 = net.map_err(|error| format!("cannot open {}: {error}", path.display()))?;
        net.configure(config)?;
        Ok(net)
    }

    /// Sets what the file does not say.
    pub(crate) fn configure(&mut self, config: &Config) -> Result<(), String> {
        let (width, heads) = (self.embed.weight.columns(), config.n_head);
        if heads == 0 || !width.is_multiple_of(heads) {
            return Err(format!("{heads} heads do not share the width of the model, {width}"));
        }
        self.for_each(|attention: &mut MultiHeadAttention<DYN, DYN>| attention.heads = Count::new(heads));
        self.for_each(|norm: &mut LayerNorm<DYN>| norm.eps = config.layer_norm_epsilon);
        Ok(())
    }
}
