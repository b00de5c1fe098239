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

fn main() {
    let encoder = Encoder::init(&mut StdRng::seed_from_u64(0));
    encoder.forward(&Tensor::zeros([1]));
}
