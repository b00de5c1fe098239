use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Layer for Net { //~
    type Input = Tensor<4>;
    type Output = Tensor<4>;

    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
}

// The same mistake.
#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.forward(x).sum()
    }
}

// rustc says of `#[tie]` that the derive is missing.
struct Twins {
    fc1: Linear<4, 4>,
    #[tie(fc1)] //~
    fc2: Tied<Linear<4, 4>>,
}

#[differentiable]
impl Twins {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc2.forward(x).sum()
    }
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    net.loss_and_grad(&Tensor::zeros([1]));
}
