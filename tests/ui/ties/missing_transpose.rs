use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Autoencoder {
    encoder: Linear<784, 64>,
    #[tie(weight = encoder.weight)]
    decoder: Linear<64, 784, Tied>,
}

#[differentiable]
impl Autoencoder {
    fn loss(&self, x: &Tensor<784>) -> f32 {
        let code = self.encoder.forward(x).relu();
        mse_loss(&self.decoder.forward(&code), x)
    }
}

fn main() {
    let net = Autoencoder::init(&mut StdRng::seed_from_u64(0));
    net.loss_and_grad(&Tensor::zeros([1]));
}
