//! Two losses on one weight: both add to one gradient, and one optimizer step updates both layers.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::shared::SharedWeightNet;

#[differentiable]
impl SharedWeightNet {
    fn loss1(&self, x: &Tensor<10>, t1: &Tensor<5>) -> f32 {
        mse_loss(&self.fc1.forward(x), t1)
    }

    fn loss2(&self, x: &Tensor<10>, t2: &Tensor<5>) -> f32 {
        mse_loss(&self.fc2.forward(x), t2)
    }

    fn loss(&self, x: &Tensor<10>, t1: &Tensor<5>, t2: &Tensor<5>) -> f32 {
        let (y1, y2) = self.forward(x);
        mse_loss(&y1, t1) + mse_loss(&y2, t2)
    }
}

/// Returns the loss before the first step and after the last.
pub(crate) fn run() -> (f32, f32) {
    let mut rng = StdRng::seed_from_u64(0);
    let mut net = SharedWeightNet::init(&mut rng);
    let mut values = |count| (0..count).map(|_| rng.random_range(-1.0..1.0)).collect();
    let x = Tensor::from_vec([8], values(80));
    let (t1, t2) = (Tensor::from_vec([8], values(40)), Tensor::from_vec([8], values(40)));

    let (_, grads1) = net.loss1_and_grad(&x, &t1);
    let (_, grads2) = net.loss2_and_grad(&x, &t2);
    let (first_loss, grads) = net.loss_and_grad(&x, &t1, &t2);
    let weight = |grads: &SharedWeightNet| grads.fc1.weight[(0, 0)];
    println!("d loss1 / d weight[0, 0] = {:+.6}, by way of fc1", weight(&grads1));
    println!("d loss2 / d weight[0, 0] = {:+.6}, by way of fc2", weight(&grads2));
    println!("d loss  / d weight[0, 0] = {:+.6}, their sum", weight(&grads));
    assert!((weight(&grads1) + weight(&grads2) - weight(&grads)).abs() < 1e-6);
    println!("the gradient holds {} values, as the net does", grads.num_parameters());

    let mut sgd = Sgd::new(0.1).momentum(0.9);
    let mut last_loss = first_loss;
    for step in 0..=100 {
        let (loss, grads) = net.loss_and_grad(&x, &t1, &t2);
        sgd.step(&mut net, &grads);
        if step % 20 == 0 {
            println!("step {step:>3}: loss {loss:.4}");
        }
        last_loss = loss;
    }
    let view = net.view();
    assert_eq!(view.fc1.weight[(0, 0)], view.fc2.weight[(0, 0)], "no step parts them");
    assert!(last_loss < first_loss);
    (first_loss, last_loss)
}
