//! Optimizers and averages find parameters by name, whatever is frozen, tied or new.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::optim::ExponentialMovingAverage;
use tiedw::prelude::*;

#[derive(Module, Clone)]
struct FrozenFirst {
    embed: Frozen<Embedding<3, 2>>,
    head: Linear<2, 3>,
}

fn ones<M: Module<Elem = f32>>(mut module: M) -> M {
    module.parameters_mut().for_each(|mut parameter| parameter.as_mut_slice().fill(1.0));
    module
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(0)
}

#[test]
fn decay_skips_what_is_frozen() {
    let mut net = ones(FrozenFirst::init(&mut rng()));
    let zeros = net.zeros_like();
    AdamW::new(0.1).weight_decay(0.5).decay_where(|name| name == "head.weight").step(&mut net, &zeros);
    assert_eq!((net.head.weight[(0, 0)], net.head.bias[0]), (0.95, 1.0));

    let mut net = ones(FrozenFirst::init(&mut rng()));
    Lion::new(0.1).weight_decay(0.5).decay_where(|name| name == "head.weight").step(&mut net, &zeros);
    assert_eq!((net.head.weight[(0, 0)], net.head.bias[0]), (0.95, 1.0));
}

#[derive(Module, Clone)]
struct SharedTable {
    embed: Embedding<3, 2>,
    #[tie(weight = embed.weight)]
    head: Linear<2, 3, Tied>,
}

#[test]
fn any_name_of_a_weight_chooses_it() {
    for chosen in [|name: &str| name == "head.weight", |name: &str| name == "embed.weight"] {
        let mut net = ones(SharedTable::init(&mut rng()));
        let zeros = net.zeros_like();
        AdamW::new(0.1).weight_decay(0.5).decay_where(chosen).step(&mut net, &zeros);
        assert_eq!((net.embed.weight[(0, 0)], net.head.bias[0]), (0.95, 1.0));
    }
}

#[test]
#[should_panic(expected = "`decay_where` chooses no parameter; the module has `embed.weight`, `head.bias`")]
fn a_misspelt_name_is_reported() {
    let mut net = SharedTable::init(&mut rng());
    let zeros = net.zeros_like();
    AdamW::new(0.1).decay_where(|name| name == "head.wieght").step(&mut net, &zeros);
}

#[derive(Module, Clone)]
struct Growing {
    blocks: Vec<Linear<1, 1>>,
    last: Linear<1, 1>,
}

#[test]
fn decay_follows_a_model_that_grew() {
    let block = || ones(Linear::<1, 1>::init(&mut rng()));
    let mut adam = AdamW::new(0.1).weight_decay(0.5).decay_where(|name| name == "last.weight");
    let mut net = Growing { blocks: vec![block()], last: block() };
    let flat = |net: &Growing| net.parameters().map(|p| p.as_slice()[0]).collect::<Vec<_>>();
    // Without moments the step itself is zero, so that only decay is seen.
    let zeros = net.zeros_like();
    adam.step(&mut net, &zeros);
    assert_eq!(flat(&net), [1.0, 1.0, 0.95, 1.0]);
    let mut adam_of_more = adam.clone();
    net.blocks.push(block());
    for (_, part) in tiedw::optim::OptimizerState::parts_mut(&mut adam_of_more) {
        *part = Some(net.zeros_like());
    }
    let zeros = net.zeros_like();
    adam_of_more.step(&mut net, &zeros);
    assert_eq!(flat(&net), [1.0, 1.0, 1.0, 1.0, 0.95 * 0.95, 1.0]);
}

#[derive(Module, Clone)]
struct FrozenNorm {
    first: Frozen<BatchNorm<2>>,
    second: BatchNorm<2>,
}

#[test]
fn an_average_copies_by_name() {
    let mut net = FrozenNorm::init(&mut rng());
    net.second.running_mean.as_mut_slice().fill(7.0);
    let mut average = ExponentialMovingAverage::new(&net.zeros_like(), 0.5);
    average.update(&net);
    assert_eq!(average.module().second.running_mean[0], 7.0);
}

#[test]
fn an_average_copies_frozen_weights() {
    let mut net = FrozenFirst::init(&mut rng());
    let mut average = ExponentialMovingAverage::new(&net, 0.5);
    net = ones(net);
    average.update(&net);
    assert_eq!(average.module().embed.weight[(0, 0)], 1.0);
    assert!(average.module().head.weight[(0, 0)] < 1.0);
}
