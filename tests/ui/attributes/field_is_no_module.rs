use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<10, 5>,
    name: String,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<10>, t: &Tensor<5>) -> f32 {
        mse_loss(&self.fc1.forward(x), t)
    }
}

fn main() {
    let mut net = Net { fc1: Linear::init(&mut StdRng::seed_from_u64(0)), name: "net".into() };
    let (_, grads) = net.loss_and_grad(&Tensor::zeros([1]), &Tensor::zeros([1]));
    Sgd::new(0.1).step(&mut net, &grads);
}
