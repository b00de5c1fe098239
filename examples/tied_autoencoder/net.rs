//! The tied and the untied network.

use drawings::PIXELS;
use tiedw::prelude::*;

const CODE: usize = 64;

#[derive(Module, Clone)]
pub(crate) struct TiedAutoencoder {
    encoder: Linear<PIXELS, CODE>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<CODE, PIXELS, Tied>,
}

#[derive(Module, Clone)]
pub(crate) struct UntiedAutoencoder {
    encoder: Linear<PIXELS, CODE>,
    decoder: Linear<CODE, PIXELS>,
}

// The remaining parameters are the encoder and the decoder's bias.
const _: () = assert!(UntiedAutoencoder::NUM_PARAMETERS - TiedAutoencoder::NUM_PARAMETERS == CODE * PIXELS);

#[differentiable]
impl TiedAutoencoder {
    fn reconstruct(&self, x: &Tensor<PIXELS>) -> Tensor<PIXELS> {
        let code = self.encoder.forward(x).relu();
        self.decoder.forward(&code).sigmoid()
    }

    fn error(&self, x: &Tensor<PIXELS>) -> f32 {
        mse_loss(&self.reconstruct(x), x)
    }
}

#[differentiable]
impl UntiedAutoencoder {
    fn reconstruct(&self, x: &Tensor<PIXELS>) -> Tensor<PIXELS> {
        let code = self.encoder.forward(x).relu();
        self.decoder.forward(&code).sigmoid()
    }

    fn error(&self, x: &Tensor<PIXELS>) -> f32 {
        mse_loss(&self.reconstruct(x), x)
    }
}

/// The common interface of both networks.
pub(crate) trait Autoencoder: Module<Elem = f32> + Init {
    fn forward(&self, x: &Tensor<PIXELS>) -> Tensor<PIXELS>;
    fn loss_and_grad(&self, x: &Tensor<PIXELS>) -> (f32, Self);
}

impl Autoencoder for TiedAutoencoder {
    fn forward(&self, x: &Tensor<PIXELS>) -> Tensor<PIXELS> {
        self.reconstruct(x)
    }

    fn loss_and_grad(&self, x: &Tensor<PIXELS>) -> (f32, Self) {
        self.error_and_grad(x)
    }
}

impl Autoencoder for UntiedAutoencoder {
    fn forward(&self, x: &Tensor<PIXELS>) -> Tensor<PIXELS> {
        self.reconstruct(x)
    }

    fn loss_and_grad(&self, x: &Tensor<PIXELS>) -> (f32, Self) {
        self.error_and_grad(x)
    }
}
