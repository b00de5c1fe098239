use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<10, 5>,
    #[tie()]
    fc2: Tied<Linear<10, 5>>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<10>) -> f32 {
        mse_loss(&self.fc1.forward(x), &self.fc2.forward(x))
    }
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
