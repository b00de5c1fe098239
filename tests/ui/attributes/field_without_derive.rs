use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

struct Block {
    fc: Linear<4, 4>,
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    block: Block,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        mse_loss(&self.block.fc.forward(&self.fc.forward(x)), x)
    }
}

fn main() {
    let rng = &mut StdRng::seed_from_u64(0);
    let mut net = Net { fc: Linear::init(rng), block: Block { fc: Linear::init(rng) } };
    let (_, grads) = net.loss_and_grad(&Tensor::zeros([1]));
    Sgd::new(0.1).step(&mut net, &grads);
}
