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
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    let mut grads = net.zeros_like();
    let view = grads.view_mut();
    let norm: f32 = grads.fc1.weight.as_slice().iter().sum();
    view.fc1.weight.add((0, 0), norm);
}
