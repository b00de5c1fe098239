//! Workload c: an autoencoder whose decoder uses its encoder's weight, transposed; Adam.

use tiedw::prelude::*;

use crate::random::{rng, uniform};

#[derive(Module)]
struct TiedAutoencoder {
    encoder: Linear<784, 128>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<128, 784, Tied>,
}

#[differentiable]
impl TiedAutoencoder {
    fn loss(&self, x: &Tensor<784>) -> f32 {
        let code = self.encoder.forward(x).relu();
        mse_loss(&self.decoder.forward(&code).sigmoid(), x)
    }
}

pub(crate) fn step(batch: usize) -> impl FnMut() -> f32 {
    let mut rng = rng();
    let mut net = TiedAutoencoder::init(&mut rng);
    let x = uniform(batch, 0.0, 1.0, &mut rng);
    let mut adam = Adam::new(1e-7);
    move || {
        let (loss, grads) = net.loss_and_grad(&x);
        adam.step(&mut net, &grads);
        loss
    }
}
