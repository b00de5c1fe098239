//! `#[checkpoint]`: the gradient is that of the same code without it, bit for bit.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::layers::Dropout;
use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: Vec<WithElem<Linear<3, 3>, f64>>,
    dropout: Dropout<f64>,
}

fn net() -> Net {
    let mut rng = rng(101);
    let blocks = (0..3).map(|_| Linear::init(&mut rng)).collect();
    Net { fc: Linear::init(&mut rng), blocks, dropout: Dropout { p: 0.5 } }
}

#[differentiable]
impl Net {
    fn shared(&self, x: &Numbers, depth: usize) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..depth {
            h = (self.fc.forward(&h).tanh() + &h) * 0.5;
        }
        mse_loss(&h, x)
    }

    fn shared_without(&self, x: &Numbers, depth: usize) -> f64 {
        let mut h = x.clone();
        for _ in 0..depth {
            h = (self.fc.forward(&h).tanh() + &h) * 0.5;
        }
        mse_loss(&h, x)
    }

    fn blocks(&self, x: &Numbers, by: f64) -> f64 {
        let mut loss = 0.0;
        let mut h = x.clone();
        #[checkpoint]
        for (i, block) in self.blocks.iter().enumerate() {
            h = block.forward(&h).tanh() * (i + 1) as f64;
            loss += h.sum() * by;
        }
        #[checkpoint]
        let wide = self.blocks[0].forward(&h) + x;
        #[checkpoint]
        {
            loss = loss * wide.mean();
            h = h * 2.0;
        }
        loss + h.mean()
    }

    fn closure(&self, x: &Numbers) -> f64 {
        let step = |h: &Numbers| self.fc.forward(h).tanh();
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..3 {
            h = step(&h);
        }
        h.sum()
    }

    fn blocks_without(&self, x: &Numbers, by: f64) -> f64 {
        let mut loss = 0.0;
        let mut h = x.clone();
        for (i, block) in self.blocks.iter().enumerate() {
            h = block.forward(&h).tanh() * (i + 1) as f64;
            loss += h.sum() * by;
        }
        let wide = self.blocks[0].forward(&h) + x;
        loss = loss * wide.mean();
        h = h * 2.0;
        loss + h.mean()
    }

    fn dropped(&self, x: &Numbers, random: &mut StdRng) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for block in &self.blocks {
            h = self.dropout.forward(&block.forward(&h).tanh(), random);
        }
        h.sum() + self.dropout.forward(&h, random).mean()
    }

    fn dropped_without(&self, x: &Numbers, random: &mut StdRng) -> f64 {
        let mut h = x.clone();
        for block in &self.blocks {
            h = self.dropout.forward(&block.forward(&h).tanh(), random);
        }
        h.sum() + self.dropout.forward(&h, random).mean()
    }
}

/// In a method with parameters, which uses `self`.
#[derive(Module, Clone)]
struct Wrapper<L: Layer> {
    layer: L,
}

#[differentiable]
impl<L: Layer<Input = Numbers, Output = Numbers>> Wrapper<L> {
    fn once(&self, x: &Numbers) -> Numbers {
        self.layer.forward(x).tanh()
    }

    fn repeated(&self, x: &Numbers, depth: usize) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..depth {
            h = self.once(&h) * 0.5;
        }
        h.sum()
    }
}

#[test]
fn a_generic_method_has_checkpoints() {
    let net = Wrapper::<WithElem<Linear<3, 3>, f64>> { layer: Init::init(&mut rng(102)) };
    check(&net, |net| net.repeated_and_grad(&uniform(2, 22), 3));
}

fn same(first: (f64, Net), second: (f64, Net)) {
    assert_eq!(first.0, second.0);
    for (first, second) in first.1.parameters().zip(second.1.parameters()) {
        assert_eq!(first.as_slice(), second.as_slice());
    }
}

#[test]
fn a_checkpoint_changes_no_bit() {
    let (net, x) = (net(), uniform::<3>(2, 21));
    check(&net, |net| net.shared_and_grad(&x, 5));
    check(&net, |net| net.blocks_and_grad(&x, 0.7));
    check(&net, |net| net.closure_and_grad(&x));
    same(net.shared_and_grad(&x, 24), net.shared_without_and_grad(&x, 24));
    same(net.blocks_and_grad(&x, 0.7), net.blocks_without_and_grad(&x, 0.7));
    let random = || StdRng::seed_from_u64(5);
    same(net.dropped_and_grad(&x, &mut random()), net.dropped_without_and_grad(&x, &mut random()));
    assert_eq!(net.dropped(&x, &mut random()), net.dropped_and_grad(&x, &mut random()).0);
}
