use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Encoder {
    #[tie]
    embed: Tied<Linear<4, 4>>,
    own: Linear<4, 4>,
}

#[differentiable]
impl Encoder {
    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
        self.own.forward(&self.embed.forward(x))
    }
}

fn main() {
    let encoders = [(); 3].map(|()| Encoder::init(&mut StdRng::seed_from_u64(0)));
    let mut x = Tensor::zeros([1]);
    for encoder in &encoders {
        x = encoder.forward(&x);
    }
}
