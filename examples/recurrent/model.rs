//! The network: an embedding, a GRU, and the transposed embedding as head.

use language::LanguageModel;
use rand::Rng;
use tiedw::layers::Gru;
use tiedw::prelude::*;

const WIDTH: usize = 128;

#[derive(Module, Clone)]
pub(crate) struct GruModel {
    embed: Embedding<DYN, WIDTH>,
    gru: Gru<WIDTH, WIDTH>,
    #[tie(weight = embed.weight)]
    head: Linear<WIDTH, DYN, Tied>,
}

#[differentiable]
impl GruModel {
    pub(crate) fn forward(&self, ids: &Ids) -> Tensor<DYN> {
        let states = self.gru.forward(&self.embed.forward(ids));
        self.head.forward(&states) * 0.3
    }

    fn cross_entropy(&self, ids: &Ids, next: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(ids), next)
    }
}

impl GruModel {
    pub(crate) fn new(vocabulary: usize, rng: &mut impl Rng) -> Self {
        GruModel {
            embed: Embedding::new(vocabulary, WIDTH, rng),
            gru: Init::init(rng),
            head: Linear::new(WIDTH, vocabulary, rng),
        }
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
