//! The transformer block of the language models.

use tiedw::BiasStorage;
use tiedw::prelude::*;

pub(crate) const WIDTH: usize = 8;

#[derive(Module)]
pub(crate) struct Block<B: BiasStorage> {
    attention_norm: LayerNorm<WIDTH, Own, B>,
    attention: MultiHeadAttention<WIDTH, 2, WIDTH, Own, B>,
    norm: LayerNorm<WIDTH, Own, B>,
    up: Linear<WIDTH, { 4 * WIDTH }, Own, B>,
    down: Linear<{ 4 * WIDTH }, WIDTH, Own, B>,
}

#[differentiable]
impl<B: BiasStorage> Block<B> {
    pub(crate) fn forward(&self, x: &Tensor<WIDTH>) -> Tensor<WIDTH> {
        let mask = AttentionMask::causal();
        let x = x + self.attention.masked(&self.attention_norm.forward(x), &mask);
        let hidden = self.up.forward(&self.norm.forward(&x)).gelu();
        x + self.down.forward(&hidden)
    }
}
