use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module, Clone)]
struct Net {
    fc1: Linear<4, 4>,
    #[tie(fc1)]
    fc2: Tied<Linear<4, 4>>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        mse_loss(&self.fc2.forward(&self.fc1.forward(x)), x)
    }
}

fn main() {
    let mut net = Net::init(&mut StdRng::seed_from_u64(0));
    let view = net.view();
    net.fc1.weight[(0, 0)] = 1.0;
    view.fc2.forward(&Tensor::zeros([1]));
}
