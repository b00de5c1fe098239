use tiedw::prelude::*;

use crate::block::{Block, WIDTH};
use crate::golden::Golden;
use crate::train::{CONTEXT, VOCABULARY, check, rng};

#[derive(Module)]
struct Albert {
    embed: Embedding<VOCABULARY, WIDTH>,
    positions: PositionalEmbedding<CONTEXT, WIDTH>,
    first: Block<Own>,
    #[tie(first)]
    rest: [Tied<Block<Own>>; 5],
    norm: LayerNorm<WIDTH>,
    #[tie(weight = embed.weight)]
    head: Linear<WIDTH, VOCABULARY, Tied>,
}

#[differentiable]
impl Albert {
    fn forward(&self, ids: &Ids) -> Tensor<VOCABULARY> {
        let mut h = self.first.forward(&self.positions.forward(&self.embed.forward(ids)));
        for block in &self.rest {
            h = block.forward(&h);
        }
        self.head.forward(&self.norm.forward(&h))
    }

    fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(ids), next)
    }
}

#[test]
fn albert_language_model() {
    let case = Golden::parse("albert_language_model", include_str!("albert_language_model.json"));
    let ids = case.ids("ids");
    check(
        &case,
        Albert::init(&mut rng()),
        |net| net.forward(&ids),
        |net, next| net.loss_and_grad(&ids, next),
    );
}
