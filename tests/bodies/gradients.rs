//! Gradients in recycled memory with stale values: the first use of a weight writes, and later ones add.

use tiedw::prelude::*;

use super::{rng, uniform};

#[derive(Module, Clone, Debug, PartialEq)]
struct Net {
    fc1: WithElem<Linear<3, 4>, f64>,
    #[tie(weight = fc1.weight.t())]
    fc2: WithElem<Linear<4, 3, Tied>, f64>,
    norm: WithElem<LayerNorm<3>, f64>,
    embedding: WithElem<Embedding<5, 3>, f64>,
    #[tie(weight = embedding.weight)]
    head: WithElem<Linear<3, 5, Tied, NoBias>, f64>,
    gru: WithElem<Gru<3, 3>, f64>,
    conv: WithElem<Conv1d<3, 2, 2>, f64>,
    factor: Vector<2, f64>,
    unused: WithElem<Linear<2, 2>, f64>,
    list: Vec<WithElem<Linear<2, 2>, f64>>,
    frozen: Frozen<WithElem<Linear<2, 2>, f64>>,
}

#[differentiable]
impl Net {
    fn loss(&self, ids: &Ids, x: &Tensor<3, f64>, deep: bool) -> f64 {
        let h = self.fc2.forward(&self.fc1.forward(&self.norm.forward(x)));
        let scores = self.head.forward(&(h + self.embedding.forward(ids)));
        let y = self.conv.forward(&self.gru.forward(x));
        let mut z = self.frozen.forward(&(y * &self.factor));
        if deep {
            for layer in self.list.iter() {
                z = layer.forward(&z);
            }
        }
        (&scores * &scores).mean() + (&z * &z).mean()
    }
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net {
        fc1: Linear::init(rng),
        fc2: Linear::init(rng),
        norm: LayerNorm::init(rng),
        embedding: Embedding::init(rng),
        head: Linear::init(rng),
        gru: Gru::init(rng),
        conv: Conv1d::init(rng),
        factor: Vector::from([0.5, 2.0]),
        unused: Linear::init(rng),
        list: vec![Linear::init(rng), Linear::init(rng)],
        frozen: Frozen::init(rng),
    }
}

/// Makes the next buffers of these sizes reuse memory that contains NaN.
fn soil() {
    let sizes = [1, 2, 3, 4, 6, 9, 12, 15, 16, 27, 32, 64];
    let soiled: Vec<_> =
        (0..8).flat_map(|_| sizes.map(|size| Tensor::<1, f64>::full([size], f64::NAN))).collect();
    drop(soiled);
}

#[test]
fn the_first_use_writes_and_later_ones_add() {
    let (net, ids, x) = (net(), Ids::from_vec([2, 3], vec![0, 3, 3, 1, 0, 3]), uniform(6, 2));
    let x = x.reshape([2, 3]);
    for deep in [false, true] {
        let mut sum = net.zeros_like();
        net.loss_and_accumulate(&mut sum, &ids, &x, deep);
        soil();
        let (_, gradient) = net.loss_and_grad(&ids, &x, deep);
        assert_eq!(gradient, sum, "deep: {deep}");
        assert_eq!(gradient.unused, net.unused.zeros_like());
        assert_eq!(gradient.list == net.list.zeros_like(), !deep);

        let mut twice = gradient.clone();
        net.loss_and_accumulate(&mut twice, &ids, &x, deep);
        twice.update(&gradient, [&mut sum], &mut |twice, once, [_]| {
            for (twice, once) in twice.iter().zip(once) {
                assert!((twice - 2.0 * once).abs() <= 1e-12 * once.abs(), "{twice} is not twice {once}");
            }
        });
    }
}

#[test]
fn a_frozen_module_gets_no_gradient() {
    let (net, ids, x) = (net(), Ids::from_vec([1, 3], vec![0, 3, 3]), uniform(3, 2).reshape([1, 3]));
    let (_, gradient) = net.loss_and_grad(&ids, &x, true);
    assert_eq!(*gradient.frozen, net.frozen.zeros_like().into_inner());
    assert_ne!(gradient.gru, net.gru.zeros_like(), "what comes before it does");
}

#[derive(Module)]
#[module(sequential)]
struct Layers {
    fc1: WithElem<Linear<3, 4>, f64>,
    fc2: WithElem<Linear<4, 3>, f64>,
}

#[differentiable]
impl Layers {
    fn sum(&self, x: &Tensor<3, f64>) -> f64 {
        self.forward(x).sum()
    }
}

#[test]
fn no_rows_give_a_gradient_of_zeros() {
    let net = Layers::init(&mut rng(0));
    soil();
    let (value, gradient) = net.sum_and_grad(&Tensor::from_vec([0], vec![]));
    assert_eq!(value, 0.0);
    assert!(gradient.parameters().all(|parameter| parameter.as_slice().iter().all(|&number| number == 0.0)));
}
