//! The network: an embedding, a GRU, and the transposed embedding as head.

use language::{LanguageModel, VOCABULARY};
use tiedw::layers::Gru;
use tiedw::prelude::*;

const WIDTH: usize = 128;

#[derive(Module, Clone)]
pub(crate) struct GruModel {
    embed: Embedding<VOCABULARY, WIDTH>,
    gru: Gru<WIDTH, WIDTH>,
    #[tie(weight = embed.weight)]
    head: Linear<WIDTH, VOCABULARY, Tied>,
}

#[differentiable]
impl GruModel {
    pub(crate) fn forward(&self, ids: &Ids) -> Tensor<VOCABULARY> {
        let states = self.gru.forward(&self.embed.forward(ids));
        self.head.forward(&states) * 0.3
    }

    fn cross_entropy(&self, ids: &Ids, next: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(ids), next)
    }
}

impl LanguageModel for GruModel {
    fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
        self.cross_entropy(ids, next)
    }

    fn accumulate(&self, gradient: &mut Self, ids: &Ids, next: &Ids) -> f32 {
        self.cross_entropy_and_accumulate(gradient, ids, next)
    }
}
