use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Encoder {
    #[tie]
    embed: Tied<Linear<10, 5>>,
    fc: Linear<5, 5>,
}

#[differentiable]
impl Encoder {
    fn forward(&self, x: &Tensor<10>) -> Tensor<5> {
        self.fc.forward(&self.embed.forward(x))
    }
}

#[derive(Module)]
struct Net {
    embed: Linear<10, 5>,
    encoder: Encoder,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<10>) -> f32 {
        mse_loss(&self.encoder.forward(x), &self.embed.forward(x))
    }
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    net.loss_and_grad(&Tensor::zeros([1]));
}
