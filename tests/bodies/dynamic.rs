//! Features that are known at run time, in bodies: the same numbers as with features in the type, bit for bit.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Fixed = Tensor<4, f64>;
type Dynamic = Tensor<DYN, f64>;

#[derive(Module, Clone)]
struct Net {
    query: WithElem<Linear<4, 4>, f64>,
    key: WithElem<Linear<4, 4>, f64>,
}

#[differentiable]
fn attend(q: &Fixed, k: &Fixed, v: &Fixed, bias: &Dynamic) -> Fixed {
    (q.matmul_t::<DYN>(k) * 0.125 + bias).softmax().matmul(v)
}

#[differentiable]
fn similarities<const F: usize>(a: &Tensor<F, f64>, b: &Tensor<F, f64>) -> Tensor<DYN, f64> {
    a.normalize().matmul_t(&b.normalize())
}

#[differentiable]
impl Net {
    fn attention(&self, x: &Fixed, bias: &Dynamic) -> f64 {
        attend(&self.query.forward(x), &self.key.forward(x), x, bias).sum()
    }

    /// The loss of all pairs of a batch, whose number is known at run time.
    fn pairs(&self, x: &Fixed) -> f64 {
        let scores = similarities(&self.query.forward(x), &self.key.forward(x));
        let classes: Vec<usize> = (0..scores.rows()).collect();
        cross_entropy_loss(&(scores * 10.0), &classes[..])
    }

    fn mixed(&self, x: &Fixed) -> f64 {
        let h = self.query.forward(x).dynamic();
        let halves: (Tensor<DYN, f64>, Tensor<1, f64>) = h.split();
        let (left, right) = halves;
        let joined: Tensor<DYN, f64> = left.cat(&right.exp());
        let back: Fixed = joined.fixed();
        self.key.forward(&back).tanh().transpose(0, 0).sum()
            + joined.transpose(0, 1).sum_axis(1).norm_features().sum()
    }

    fn in_the_type(&self, x: &Fixed) -> f64 {
        let h = self.query.forward(x);
        let (left, right) = h.split::<3, 1>();
        let joined: Fixed = left.cat(&right.exp());
        self.key.forward(&joined).tanh().sum() + joined.sum_axis(0).norm_features().sum()
    }
}

#[test]
fn gradients_are_right() {
    let (net, x) = (Net::init(&mut rng(4)), uniform(5, 3));
    let bias = Tensor::<DYN, f64>::from_vec([5], (0..25).map(|at| (at as f64).sin()).collect());
    check(&net, |net| net.attention_and_grad(&x, &bias));
    check(&net, |net| net.pairs_and_grad(&x));
    check(&net, |net| net.mixed_and_grad(&x));
    assert_eq!(net.mixed_and_grad(&x).0.to_bits(), net.in_the_type(&x).to_bits());
}

#[test]
#[should_panic(expected = "a sum of tensors of shapes [2, 3] and [2, 4]")]
fn other_features() {
    let _ = Tensor::<DYN>::zeros([2, 3]) + Tensor::<DYN>::zeros([2, 4]);
}

#[test]
#[should_panic(expected = "fixed::<4> of a tensor of shape [2, 3]")]
fn other_features_in_the_type() {
    let _ = Tensor::<DYN>::zeros([2, 3]).fixed::<4>();
}
