//! Modules of every kind with sizes known at run time: the bits of their twins.

use tiedw::layers::{Relu, Residual, Tanh};
use tiedw::parallel::Shards;
use tiedw::prelude::*;

use super::{bits, rng};

/// Rows of numbers.
fn rows<const F: usize>(count: usize, features: usize) -> Tensor<F> {
    let numbers = (0..count * features).map(|at| (at as f32 * 0.9).sin()).collect();
    Tensor::from_shape_vec([count, features], numbers)
}

#[derive(Module, Clone, Debug, PartialEq)]
#[module(sequential)]
struct Layers<const I: usize, const H: usize> {
    first: Linear<I, H>,
    norm: LayerNorm<H>,
    tanh: Tanh<H>,
    block: Residual<Linear<H, H>>,
    relu: Relu<H>,
    last: Linear<H, I>,
}

impl<const I: usize, const H: usize> Layers<I, H> {
    fn new(inputs: usize, hidden: usize) -> Self {
        let rng = &mut rng();
        Layers {
            first: Linear::new(inputs, hidden, rng),
            norm: LayerNorm::new(hidden),
            tanh: Tanh::new(),
            block: Residual { layer: Linear::new(hidden, hidden, rng) },
            relu: Relu::new(),
            last: Linear::new(hidden, inputs, rng),
        }
    }
}

#[test]
fn sequential() {
    fn run<const I: usize, const H: usize>() -> (Vec<u32>, super::Bits) {
        let (net, x) = (Layers::<I, H>::new(3, 5), rows::<I>(4, 3));
        let mut gradient = net.zeros_like();
        let (y, pullback) = net.forward_vjp(&x);
        let (dx,) = pullback(y.clone(), &mut gradient, [true]);
        let numbers = y.as_slice().iter().chain(dx.as_ref().unwrap().as_slice());
        (numbers.map(|x| x.to_bits()).collect(), bits(&gradient))
    }
    let expected = run::<3, 5>();
    assert_eq!(run::<DYN, DYN>(), expected);
    assert_eq!(run::<3, DYN>(), expected);
    assert_eq!(run::<DYN, 5>(), expected);
}

#[derive(Module, Clone, Debug, PartialEq)]
#[module(parallel)]
struct Heads<const I: usize, const O: usize> {
    left: Linear<I, O>,
    #[tie(left)]
    right: Tied<Linear<I, O>>,
}

#[test]
fn parallel_with_a_whole_tie() {
    fn run<const I: usize, const O: usize>() -> super::Bits {
        let net = Heads::<I, O> { left: Linear::new(4, 2, &mut rng()), right: Tied::new() };
        let mut gradient = net.zeros_like();
        let ((left, right), pullback) = net.forward_vjp(&rows(3, 4));
        assert_eq!(left, right);
        pullback((Some(left), Some(right)), &mut gradient, [false]);
        bits(&gradient)
    }
    assert_eq!(run::<DYN, DYN>(), run::<4, 2>());
}

/// An open tie, which the struct that holds it closes.
#[derive(Module, Clone, Debug, PartialEq)]
struct Decoder<const D: usize, const V: usize> {
    up: Linear<D, D>,
    #[tie]
    head: Linear<D, V, Tied>,
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Model<const D: usize, const V: usize> {
    embed: Embedding<V, D>,
    #[tie(head.weight = embed.weight)]
    decoders: [Decoder<D, V>; 2],
    frozen: Frozen<LayerNorm<D>>,
    extra: Option<Linear<D, D>>,
}

impl<const D: usize, const V: usize> Model<D, V> {
    fn new(features: usize, ids: usize) -> Self {
        let rng = &mut rng();
        let embed = Embedding::new(ids, features, rng);
        let mut decoder =
            || Decoder { up: Linear::new(features, features, rng), head: Linear::new(features, ids, rng) };
        let decoders = [decoder(), decoder()];
        let frozen = Frozen::new(LayerNorm::new(features));
        Model { embed, decoders, frozen, extra: Some(Linear::new(features, features, rng)) }
    }
}

#[differentiable]
impl<const D: usize, const V: usize> Model<D, V> {
    fn loss(&self, ids: &Ids, targets: &Ids) -> f32 {
        let mut h = self.frozen.forward(&self.embed.forward(ids));
        if let Some(extra) = &self.extra {
            h = extra.forward(&h);
        }
        let mut loss = 0.0;
        for decoder in &self.decoders {
            h = decoder.up.forward(&h).silu();
            loss += cross_entropy_loss(&decoder.head.forward(&h), targets);
        }
        loss
    }
}

fn ids() -> (Ids, Ids) {
    let ids = Ids::from_vec([6], vec![1, 4, 0, 3, 2, 4]);
    (ids.clone(), ids)
}

#[test]
fn open_ties_arrays_frozen_and_optional_parts() {
    fn run<const D: usize, const V: usize>() -> (super::Bits, super::Bits) {
        let (mut net, (ids, targets)) = (Model::<D, V>::new(3, 5), ids());
        let mut sgd = Sgd::new(0.1).momentum(0.9);
        let mut gradient = net.zeros_like();
        for _ in 0..3 {
            gradient.zero_grad();
            net.loss_and_accumulate(&mut gradient, &ids, &targets);
            sgd.step(&mut net, &gradient);
        }
        (bits(&net), bits(&gradient))
    }
    let expected = run::<3, 5>();
    assert_eq!(run::<DYN, DYN>(), expected);
    assert_eq!(run::<DYN, 5>(), expected);
    assert_eq!(run::<3, DYN>(), expected);
}

#[test]
fn shards_on_threads() {
    fn run<const D: usize, const V: usize>() -> super::Bits {
        let (net, (ids, targets)) = (Model::<D, V>::new(3, 5), ids());
        let mut shards = Shards::new(&net, 3);
        let (_, gradient) = shards.value_and_grad(&net, ids.rows(), |net, gradient, rows| {
            let part = |ids: &Ids| ids.narrow(0, rows.start, rows.len());
            net.loss_and_accumulate(gradient, &part(&ids), &part(&targets))
        });
        bits(gradient)
    }
    assert_eq!(run::<DYN, DYN>(), run::<3, 5>());
}

#[test]
fn an_average_of_models() {
    fn run<const D: usize, const V: usize>() -> super::Bits {
        let (mut net, (ids, targets)) = (Model::<D, V>::new(3, 5), ids());
        let mut average = ExponentialMovingAverage::new(&net, 0.5);
        let mut adam = AdamW::new(0.01);
        for _ in 0..3 {
            let (_, gradient) = net.loss_and_grad(&ids, &targets);
            adam.step(&mut net, &gradient);
            average.update(&net);
        }
        bits(average.module())
    }
    assert_eq!(run::<DYN, DYN>(), run::<3, 5>());
}

#[cfg(feature = "serde")]
#[test]
fn as_json() {
    let fixed = Model::<3, 5>::new(3, 5);
    let text = serde_json::to_string(&StateDict(&fixed)).unwrap();
    let StateDict(dynamic) = serde_json::from_str::<StateDict<Model<DYN, DYN>>>(&text).unwrap();
    assert_eq!(serde_json::to_string(&StateDict(&dynamic)).unwrap(), text);
    let wrong = serde_json::from_str::<StateDict<Model<4, DYN>>>(&text).unwrap_err().to_string();
    assert!(wrong.contains("`embed.weight` has shape [DYN, 4] in the model, [5, 3] in the file"), "{wrong}");
}
