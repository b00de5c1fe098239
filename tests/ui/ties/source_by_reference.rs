use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<4, 4>,
    #[tie(&fc1)]
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
    let (loss, grads) = net.loss_and_grad(&Tensor::zeros([1]));
    assert_eq!(grads.parameters().len(), 2);
    assert!(loss >= 0.0);
}
