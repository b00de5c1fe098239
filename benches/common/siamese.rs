//! Workload b: one encoder 784-H-128 applied to both images of a pair, contrastive loss, Adam.

use rand::RngExt;
use tiedw::prelude::*;

use crate::random::{rng, uniform};

#[derive(Module)]
pub(crate) struct Encoder<const H: usize> {
    fc1: Linear<784, H>,
    fc2: Linear<H, 128>,
}

#[differentiable]
impl<const H: usize> Encoder<H> {
    pub(crate) fn forward(&self, x: &Tensor<784>) -> Tensor<128> {
        self.fc2.forward(&self.fc1.forward(x).relu())
    }
}

#[derive(Module)]
struct Siamese<const H: usize> {
    encoder: Encoder<H>,
    #[tie(encoder)]
    twin: Tied<Encoder<H>>,
}

#[differentiable]
impl<const H: usize> Siamese<H> {
    fn loss(&self, a: &Tensor<784>, b: &Tensor<784>, same: &[bool]) -> f32 {
        contrastive_loss(&self.encoder.forward(a), &self.twin.forward(b), same, 1.0)
    }
}

pub(crate) fn step<const H: usize>(batch: usize) -> impl FnMut() -> f32 {
    let mut rng = rng();
    let mut net = Siamese::<H>::init(&mut rng);
    let (a, b) = (uniform(batch, 0.0, 1.0, &mut rng), uniform(batch, 0.0, 1.0, &mut rng));
    let same: Vec<bool> = (0..batch).map(|_| rng.random()).collect();
    // So small a learning rate that the embeddings do not collapse: each step does the same work.
    let mut adam = Adam::new(1e-7);
    move || {
        let (loss, grads) = net.loss_and_grad(&a, &b, &same);
        adam.step(&mut net, &grads);
        loss
    }
}
