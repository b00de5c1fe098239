use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(parallel)]
struct Net {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<10>) -> f32 {
        let (y1, y2) = self.forward(x);
        mse_loss(&y1, &y2)
    }
}

fn main() {
    let mut net = Net::init(&mut StdRng::seed_from_u64(0));
    let mut grads = net.zeros_like();
    let (_, pullback) = net.loss_vjp(&Tensor::zeros([1]));
    Sgd::new(0.1).step(&mut net, &grads);
    pullback(1.0, &mut grads, [false]);
}
