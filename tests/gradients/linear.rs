use tiedw::ops::{linear, linear_vjp};
use tiedw::prelude::*;
use tiedw::testing::gradcheck_loss;

use crate::check::{check_layer, check_net, random, randomized, rng};

#[test]
fn own() {
    let mut rng = rng();
    for leading in [&[1][..], &[4], &[2, 3]] {
        check_layer!(<WithElem<Linear<3, 5>, f64>>::init(&mut rng), random(leading, &mut rng));
        check_layer!(<WithElem<WithoutBias<Linear<3, 5>>, f64>>::init(&mut rng), random(leading, &mut rng));
        check_layer!(<WithElem<Linear<1, 1>, f64>>::init(&mut rng), random(leading, &mut rng));
        check_layer!(<WithElem<Linear<17, 33>, f64>>::init(&mut rng), random(leading, &mut rng));
    }
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Borrowed {
    owner: WithElem<Linear<3, 3>, f64>,
    #[tie(weight = owner.weight)]
    weight: WithElem<Linear<3, 3, Tied>, f64>,
    #[tie(bias = owner.bias)]
    bias: WithElem<Linear<3, 3, Own, Tied>, f64>,
    #[tie(weight = owner.weight.t(), bias = bias.bias)]
    both: WithElem<Linear<3, 3, Tied, Tied>, f64>,
    #[tie(weight = bias.weight)]
    none: WithElem<Linear<3, 3, Tied, NoBias>, f64>,
}

#[test]
fn borrowed() {
    let mut rng = rng();
    for leading in [&[1][..], &[4], &[2, 3]] {
        check_net!(randomized(Borrowed::init(&mut rng), &mut rng), random(leading, &mut rng));
    }
}

#[derive(Module, Clone)]
struct Products {
    fc: WithElem<Linear<3, 2>, f64>,
    #[tie(weight = fc.weight.t())]
    back: WithElem<Linear<2, 3, Tied>, f64>,
}

#[differentiable]
impl Products {
    /// `x.matmul(..)` of weights that are not copied.
    fn loss(&self, x: &Tensor<2, f64>) -> f64 {
        linear(&linear(x, &self.fc.weight.t()), &self.back.weight.t()).tanh().sum()
    }
}

#[test]
fn transposed_in_bodies() {
    let mut rng = rng();
    let net = &mut randomized(Products::init(&mut rng), &mut rng);
    let x = random::<2>(&[4], &mut rng);
    let weight = net.fc.weight.tensor();
    let expected = x.matmul(&weight).matmul_t::<2>(&weight).tanh().sum();
    assert!((net.loss(&x) - expected).abs() < 1e-12);
    gradcheck_loss(net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
}
