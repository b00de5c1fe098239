use tiedw::prelude::*;

use crate::block::{Block, WIDTH};
use crate::golden::Golden;
use crate::train::{CONTEXT, VOCABULARY, check, rng};

#[derive(Module)]
struct Gpt {
    embed: Embedding<VOCABULARY, WIDTH>,
    positions: PositionalEmbedding<CONTEXT, WIDTH>,
    blocks: [Block<NoBias>; 2],
    norm: WithoutBias<LayerNorm<WIDTH>>,
    #[tie(weight = embed.weight)]
    head: Linear<WIDTH, VOCABULARY, Tied, NoBias>,
}

#[differentiable]
impl Gpt {
    fn forward(&self, ids: &Ids) -> Tensor<VOCABULARY> {
        let mut x = self.positions.forward(&self.embed.forward(ids));
        for block in &self.blocks {
            x = block.forward(&x);
        }
        self.head.forward(&self.norm.forward(&x))
    }

    fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
        cross_entropy_loss(&self.forward(ids), next)
    }
}

#[test]
fn gpt() {
    let case = Golden::parse("gpt", include_str!("gpt.json"));
    let ids = case.ids("ids");
    check(&case, Gpt::init(&mut rng()), |net| net.forward(&ids), |net, next| net.loss_and_grad(&ids, next));
}
