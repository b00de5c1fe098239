//! `for` over modules, ranges and values without a gradient; `while`; nested loops.

use tiedw::prelude::*;

use crate::{check, check_input, rng, uniform};

#[derive(Module, Clone)]
struct Net {
    first: WithElem<Linear<3, 3>, f64>,
    array: [WithElem<Linear<3, 3>, f64>; 3],
    list: Vec<WithElem<Linear<3, 3>, f64>>,
    #[tie(first)]
    tied: [Tied<WithElem<Linear<3, 3>, f64>>; 2],
}

fn net() -> Net {
    let mut rng = rng(1);
    Net {
        first: Linear::init(&mut rng),
        array: Init::init(&mut rng),
        list: (0..3).map(|_| Linear::init(&mut rng)).collect(),
        tied: Default::default(),
    }
}

#[differentiable]
impl Net {
    fn over_modules(&self, x: &Tensor<3, f64>) -> f64 {
        let mut h = self.first.forward(x);
        for layer in &self.array {
            h = layer.forward(&h).tanh();
        }
        for layer in self.list.iter().rev() {
            h = &h + &layer.forward(&h);
        }
        for layer in self.tied.iter() {
            h = layer.forward(&h);
        }
        mse_loss(&h, x)
    }

    fn with_indices(&self, x: &Tensor<3, f64>, #[constant] weights: &[f64]) -> f64 {
        let mut h = x.clone();
        let mut sum = 0.0;
        for (i, layer) in self.array.iter().enumerate() {
            h = layer.forward(&h) * (i + 1) as f64;
            sum += mse_loss(&h, x);
        }
        for (layer, weight) in self.list.iter().zip(weights) {
            h = layer.forward(&h) * *weight;
        }
        for (a, b) in self.array.iter().zip(self.list.iter().rev()) {
            h = a.forward(&h) + b.forward(&h);
        }
        for i in 0..2 {
            h = self.array[i].forward(&h).tanh();
            h = self.list[2 - i].forward(&h);
        }
        h = self.array[1].forward(&h);
        mse_loss(&h, x) + sum
    }

    fn nested(&self, x: &Tensor<3, f64>, steps: usize) -> f64 {
        let mut h = x.clone();
        for step in (0..steps).rev() {
            for layer in self.array.iter() {
                if step % 2 == 0 {
                    h = layer.forward(&h).tanh();
                } else {
                    for other in &self.list {
                        let inner = other.forward(&h);
                        h = &inner * 0.5 + h;
                    }
                }
            }
        }
        mse_loss(&h, x)
    }

    fn while_below(&self, x: &Tensor<3, f64>, steps: usize) -> f64 {
        let mut h = x.clone();
        let mut step = 0;
        while step < steps {
            h = self.first.forward(&h).tanh();
            step += 1;
        }
        mse_loss(&h, x)
    }
}

#[test]
fn over_modules() {
    let (net, x) = (net(), uniform(2, 3));
    check(&net, |net| net.over_modules_and_grad(&x));
    let (_, pullback) = net.over_modules_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    check_input(&x, |x| net.over_modules(x), dx);
}

#[test]
fn with_indices() {
    let x = uniform(2, 3);
    check(&net(), |net| net.with_indices_and_grad(&x, &[0.5, 1.5, 2.5]));
}

#[test]
fn nested() {
    let x = uniform(2, 3);
    check(&net(), |net| net.nested_and_grad(&x, 3));
}

#[test]
fn while_below() {
    let x = uniform(2, 3);
    check(&net(), |net| net.while_below_and_grad(&x, 3));
    let net = net();
    let (_, pullback) = net.while_below_vjp(&x, 0);
    let (dx, _) = pullback(1.0, &mut net.zeros_like(), [true, false]);
    check_input(&x, |x| net.while_below(x, 0), dx);
}
