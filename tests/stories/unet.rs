//! A U-Net that fills in the lines of drawings, with a `Vec` of skip connections.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

const C: usize = 8;

#[derive(Module)]
struct Block {
    conv: Conv2d<C, C, 3, 1, 1>,
    norm: GroupNorm<2, C>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<C>) -> Tensor<C> {
        self.norm.forward(&self.conv.forward(x)).relu()
    }
}

#[derive(Module)]
struct UNet {
    first: Conv2d<1, C, 3, 1, 1>,
    down: [Block; 2],
    middle: Block,
    up: [Block; 2],
    join: [Linear<{ 2 * C }, C>; 2],
    last: Linear<C, 1>,
}

/// Doubles height and width, by repetition.
#[differentiable]
fn upsample(x: &Tensor<C>) -> Tensor<C> {
    let (batch, height, width) = (x.shape()[0], x.shape()[1], x.shape()[2]);
    let rows = Tensor::stack(&[x, x], 2).reshape([batch, 2 * height, width]);
    Tensor::stack(&[&rows, &rows], 3).reshape([batch, 2 * height, 2 * width])
}

#[differentiable]
impl UNet {
    fn forward(&self, x: &Tensor<1>) -> Tensor<1> {
        let mut h = self.first.forward(x).relu();
        let mut skips = Vec::new();
        for block in &self.down {
            h = block.forward(&h);
            skips.push(h.clone());
            h = h.max_pool2d::<2, 2, 0>();
        }
        h = self.middle.forward(&h);
        for (block, join) in self.up.iter().zip(&self.join) {
            let skip = skips.pop().unwrap();
            h = block.forward(&join.forward(&upsample(&h).cat(&skip)));
        }
        self.last.forward(&h)
    }

    fn loss(&self, x: &Tensor<1>, whole: &Tensor<1>) -> f32 {
        mse_loss(&self.forward(x), whole)
    }
}

/// Drawings of 8 by 8 with a horizontal or vertical line, whole and with a hole.
fn drawings(rng: &mut StdRng, count: usize) -> (Tensor<1>, Tensor<1>) {
    let (mut holed, mut whole) = (vec![0.0; count * 64], vec![0.0; count * 64]);
    for drawing in 0..count {
        let (line, hole, is_row) = (rng.random_range(0..8), rng.random_range(0..8), rng.random());
        for at in 0..8 {
            let place = drawing * 64 + if is_row { line * 8 + at } else { at * 8 + line };
            whole[place] = 1.0;
            holed[place] = if at == hole { 0.0 } else { 1.0 };
        }
    }
    (Tensor::from_vec([count, 8, 8], holed), Tensor::from_vec([count, 8, 8], whole))
}

#[test]
fn a_unet_fills_in_lines() {
    let mut rng = StdRng::seed_from_u64(2);
    let mut net = UNet::init(&mut rng);
    let mut adam = Adam::new(0.01);
    let (x, whole) = drawings(&mut rng, 16);
    let untouched = mse_loss(&x, &whole);
    for _ in 0..120 {
        let (x, whole) = drawings(&mut rng, 8);
        let (_, gradient) = net.loss_and_grad(&x, &whole);
        adam.step(&mut net, &gradient);
    }
    let after = net.loss(&x, &whole);
    assert!(after < 0.7 * untouched, "{untouched} without a network, {after} with it");
}
