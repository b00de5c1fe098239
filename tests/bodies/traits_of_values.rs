//! Traits of one's own for structs of values.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type T = Tensor<2, f64>;

trait Distribution {
    type Sample;
    const SCALE: f64;

    fn log_prob(&self, x: &Self::Sample) -> f64;

    fn scaled(self, by: f64) -> Self
    where
        Self: Sized;

    fn of_mean(mean: T) -> Self
    where
        Self: Sized;

    fn mode(&self) -> Self::Sample;
}

#[derive(Value, Clone)]
struct Normal {
    mean: T,
}

#[differentiable(value)]
impl Distribution for Normal {
    type Sample = T;
    const SCALE: f64 = 0.5;

    fn log_prob(&self, x: &Self::Sample) -> f64 {
        -mse_loss(&self.mean, x) * Self::SCALE
    }

    fn scaled(mut self, by: f64) -> Self {
        self.mean = &self.mean * by;
        self
    }

    fn of_mean(mean: T) -> Self {
        Normal { mean }
    }

    fn mode(&self) -> Self::Sample {
        self.mean.clone()
    }
}

trait Score<X> {
    fn score(&self, x: (&X, f64), depth: usize) -> f64;
}

#[derive(Value, Clone)]
struct Shifted<const N: usize, B: Value + Clone> {
    base: B,
    by: Tensor<N, f64>,
}

#[differentiable(value)]
impl<const N: usize, B: Value + Clone> Score<Tensor<N, f64>> for Shifted<N, B> {
    fn score(&self, (x, scale): (&Tensor<N, f64>, f64), _: usize) -> f64 {
        ((x + &self.by) * scale).tanh().sum()
    }
}

#[derive(Value, Clone, Copy)]
struct Lent<'a> {
    x: &'a T,
}

#[differentiable(value)]
impl Score<T> for Lent<'_> {
    fn score(&self, (x, scale): (&T, f64), depth: usize) -> f64 {
        if depth == 0 { (self.x * x * scale).tanh().sum() } else { self.score((x, scale * 0.5), depth - 1) }
    }
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<2, 2>, f64>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &T) -> f64 {
        let normal = Normal { mean: self.fc.forward(x) };
        let other = Normal::of_mean(x * 2.0).scaled(0.4);
        let h = normal.mode();
        let shifted = Shifted { base: 1.0, by: h.clone() };
        let scores = shifted.score((x, 0.4), 2) + Lent { x: &h }.score((x, 0.3), 1);
        scores - normal.log_prob(x) + other.log_prob(&h) + normal.scaled(0.2).log_prob(&h) + shifted.base
    }
}

#[test]
fn gradients_flow_through_methods_of_traits_of_values() {
    let (net, x) = (Net { fc: Init::init(&mut rng(141)) }, uniform::<2>(3, 142));
    check(&net, |net| net.loss_and_grad(&x));
    assert_eq!(net.loss(&x), net.loss_and_grad(&x).0);
    let normal = Normal { mean: x.clone() };
    assert_eq!(Distribution::log_prob(&normal, &x), normal.log_prob(&x));
}
