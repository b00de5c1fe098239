use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<4, 4>,
    maybe: Option<Linear<4, 4>>,
    #[tie(weight = maybe.weight)]
    fc2: Linear<4, 4, Tied>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        mse_loss(&self.fc2.forward(&self.fc1.forward(x)), x)
    }
}

fn main() {
    let mut rng = StdRng::seed_from_u64(0);
    let fc1 = Linear::init(&mut rng);
    let net = Net { maybe: Some(fc1.clone()), fc2: Linear::init(&mut rng), fc1 };
    let (loss, grads) = net.loss_and_grad(&Tensor::zeros([1]));
    assert_eq!(grads.parameters().len(), 3);
    assert!(loss >= 0.0);
}
