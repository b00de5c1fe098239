//! Workload a: two tied layers, a batch of one row, both losses, SGD.

use tiedw::prelude::*;

use crate::random::{rng, uniform};

#[derive(Module)]
#[module(parallel)]
struct TiedPair {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}

#[differentiable]
impl TiedPair {
    fn loss(&self, x: &Tensor<10>, t1: &Tensor<5>, t2: &Tensor<5>) -> f32 {
        let (y1, y2) = self.forward(x);
        mse_loss(&y1, t1) + mse_loss(&y2, t2)
    }
}

pub(crate) fn step() -> impl FnMut() -> f32 {
    let mut rng = rng();
    let mut net = TiedPair::init(&mut rng);
    let x = uniform(1, -1.0, 1.0, &mut rng);
    let (t1, t2) = (uniform(1, -1.0, 1.0, &mut rng), uniform(1, -1.0, 1.0, &mut rng));
    let mut sgd = Sgd::new(0.01);
    move || {
        let (loss, grads) = net.loss_and_grad(&x, &t1, &t2);
        sgd.step(&mut net, &grads);
        loss
    }
}
