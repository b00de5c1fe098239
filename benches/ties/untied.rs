//! The models of workloads a, c and d without ties: each layer has its own weight.

use tiedw::prelude::*;

use crate::gpt::{Block, CONTEXT, Norm, VOCABULARY, WIDTH, step_of};
use crate::random::{rng, uniform};

#[derive(Module)]
#[module(parallel)]
struct Pair {
    fc1: Linear<10, 5>,
    fc2: Linear<10, 5>,
}

#[differentiable]
impl Pair {
    fn loss(&self, x: &Tensor<10>, t1: &Tensor<5>, t2: &Tensor<5>) -> f32 {
        let (y1, y2) = self.forward(x);
        mse_loss(&y1, t1) + mse_loss(&y2, t2)
    }
}

pub(crate) fn pair() -> impl FnMut() -> f32 {
    let mut rng = rng();
    let mut net = Pair::init(&mut rng);
    let x = uniform(1, -1.0, 1.0, &mut rng);
    let (t1, t2) = (uniform(1, -1.0, 1.0, &mut rng), uniform(1, -1.0, 1.0, &mut rng));
    let mut sgd = Sgd::new(0.01);
    move || {
        let (loss, grads) = net.loss_and_grad(&x, &t1, &t2);
        sgd.step(&mut net, &grads);
        loss
    }
}

#[derive(Module)]
struct Autoencoder {
    encoder: Linear<784, 128>,
    decoder: Linear<128, 784>,
}

#[differentiable]
impl Autoencoder {
    fn loss(&self, x: &Tensor<784>) -> f32 {
        let code = self.encoder.forward(x).relu();
        mse_loss(&self.decoder.forward(&code).sigmoid(), x)
    }
}

pub(crate) fn autoencoder(batch: usize) -> impl FnMut() -> f32 {
    let mut rng = rng();
    let mut net = Autoencoder::init(&mut rng);
    let x = uniform(batch, 0.0, 1.0, &mut rng);
    let mut adam = Adam::new(1e-7);
    move || {
        let (loss, grads) = net.loss_and_grad(&x);
        adam.step(&mut net, &grads);
        loss
    }
}

#[derive(Module)]
struct Gpt {
    embed: Embedding<VOCABULARY, WIDTH>,
    positions: PositionalEmbedding<CONTEXT, WIDTH>,
    blocks: [Block; 4],
    norm: Norm,
    head: WithoutBias<Linear<WIDTH, VOCABULARY>>,
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
    step_of(Gpt::init(&mut rng()), batch, Gpt::loss_and_accumulate)
}
