//! The models of workloads a, c and d with all sizes known at run time.

use tiedw::prelude::*;

use crate::gpt::{CONTEXT, VOCABULARY, WIDTH, step_of};
use crate::random::{rng, uniform};

#[derive(Module)]
#[module(parallel)]
struct Pair {
    fc1: Linear<DYN, DYN>,
    #[tie(fc1)]
    fc2: Tied<Linear<DYN, DYN>>,
}

#[differentiable]
impl Pair {
    fn loss(&self, x: &Tensor<DYN>, t1: &Tensor<DYN>, t2: &Tensor<DYN>) -> f32 {
        let (y1, y2) = self.forward(x);
        mse_loss(&y1, t1) + mse_loss(&y2, t2)
    }
}

pub(crate) fn pair() -> impl FnMut() -> f32 {
    let mut rng = rng();
    let mut net = Pair { fc1: Linear::new(10, 5, &mut rng), fc2: Tied::new() };
    let x = uniform::<10>(1, -1.0, 1.0, &mut rng).dynamic();
    let target = |rng: &mut _| uniform::<5>(1, -1.0, 1.0, rng).dynamic();
    let (t1, t2) = (target(&mut rng), target(&mut rng));
    let mut sgd = Sgd::new(0.01);
    move || {
        let (loss, grads) = net.loss_and_grad(&x, &t1, &t2);
        sgd.step(&mut net, &grads);
        loss
    }
}

#[derive(Module)]
struct Autoencoder {
    encoder: Linear<DYN, DYN>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<DYN, DYN, Tied>,
}

#[differentiable]
impl Autoencoder {
    fn loss(&self, x: &Tensor<DYN>) -> f32 {
        let code = self.encoder.forward(x).relu();
        mse_loss(&self.decoder.forward(&code).sigmoid(), x)
    }
}

pub(crate) fn autoencoder(batch: usize) -> impl FnMut() -> f32 {
    let mut rng = rng();
    let mut net =
        Autoencoder { encoder: Linear::new(784, 128, &mut rng), decoder: Linear::new(128, 784, &mut rng) };
    let x = uniform::<784>(batch, 0.0, 1.0, &mut rng).dynamic();
    let mut adam = Adam::new(1e-7);
    move || {
        let (loss, grads) = net.loss_and_grad(&x);
        adam.step(&mut net, &grads);
        loss
    }
}

type Norm = WithoutBias<LayerNorm<DYN>>;

#[derive(Module)]
struct Block {
    attention_norm: Norm,
    attention: WithoutBias<MultiHeadAttention<DYN, DYN>>,
    norm: Norm,
    up: WithoutBias<Linear<DYN, DYN>>,
    down: WithoutBias<Linear<DYN, DYN>>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<DYN>, mask: &AttentionMask) -> Tensor<DYN> {
        let x = x + self.attention.masked(&self.attention_norm.forward(x), mask);
        let hidden = self.up.forward(&self.norm.forward(&x)).gelu();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module)]
struct Gpt {
    embed: Embedding<DYN, DYN>,
    positions: PositionalEmbedding<DYN, DYN>,
    blocks: Vec<Block>,
    norm: Norm,
    #[tie(weight = embed.weight)]
    head: Linear<DYN, DYN, Tied, NoBias>,
}

#[differentiable]
impl Gpt {
    fn loss(&self, ids: &Ids, targets: &Ids, mask: &AttentionMask) -> f32 {
        let mut x = self.positions.forward(&self.embed.forward(ids));
        for block in &self.blocks {
            x = block.forward(&x, mask);
        }
        cross_entropy_loss(&self.head.forward(&self.norm.forward(&x)), targets)
    }
}

pub(crate) fn gpt(batch: usize) -> impl FnMut() -> f32 {
    let rng = &mut rng();
    let mut block = || Block {
        attention_norm: Norm::new(WIDTH),
        attention: MultiHeadAttention::new(WIDTH, 4, rng),
        norm: Norm::new(WIDTH),
        up: Linear::new(WIDTH, 4 * WIDTH, rng),
        down: Linear::new(4 * WIDTH, WIDTH, rng),
    };
    let net = Gpt {
        blocks: (0..4).map(|_| block()).collect(),
        embed: Embedding::new(VOCABULARY, WIDTH, rng),
        positions: PositionalEmbedding::new(CONTEXT, WIDTH, rng),
        norm: Norm::new(WIDTH),
        head: Linear::new(WIDTH, VOCABULARY, rng),
    };
    step_of(net, batch, Gpt::loss_and_accumulate)
}
