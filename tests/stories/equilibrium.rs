//! A stack of one block with shared weights, which stops when its state converges.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    input: Linear<2, 16>,
    block: Linear<16, 16>,
    head: Linear<16, 2>,
}

#[differentiable]
impl Net {
    /// Returns the state, and the number of steps that it took.
    fn settle(&self, x: &Tensor<2>, most: usize) -> (Tensor<16>, usize) {
        let drive = self.input.forward(x);
        let mut h = drive.tanh();
        for steps in 1..most {
            let next = ((self.block.forward(&h) * 0.3) + &drive).tanh();
            let change = mse_loss(&next, &h);
            h = next;
            if change < 1e-5 {
                return (h, steps);
            }
        }
        (h, most)
    }

    fn loss(&self, x: &Tensor<2>, classes: &Ids) -> (f32, usize) {
        let (h, steps) = self.settle(x, 40);
        (cross_entropy_loss(&self.head.forward(&h), classes), steps)
    }
}

/// Points inside of a circle, and outside of it.
fn points(rng: &mut StdRng, count: usize) -> (Tensor<2>, Ids) {
    let mut x = Vec::new();
    let mut classes = Vec::new();
    for _ in 0..count {
        let point: [f32; 2] = [rng.random_range(-1.0..1.0), rng.random_range(-1.0..1.0)];
        classes.push(u32::from(point[0] * point[0] + point[1] * point[1] < 0.5));
        x.extend(point);
    }
    (Tensor::from_vec([count], x), Ids::from_vec([count], classes))
}

#[test]
fn a_stack_that_stops_on_convergence_learns() {
    let mut rng = StdRng::seed_from_u64(3);
    let mut net = Net::init(&mut rng);
    let mut adam = Adam::new(0.02);
    let (x, classes) = points(&mut rng, 128);
    for _ in 0..250 {
        let ((_, steps), gradient) = net.loss_and_grad(&x, &classes);
        assert!((1..=40).contains(&steps));
        adam.step(&mut net, &gradient);
    }
    let (loss, steps) = net.loss(&x, &classes);
    assert!(loss < 0.2 && steps < 40, "loss {loss} after {steps} steps");
}
