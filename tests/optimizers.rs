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
    net.blocks.push(block());
    let zeros = net.zeros_like();
    adam.step(&mut net, &zeros);
    assert_eq!(flat(&net), [1.0, 1.0, 1.0, 1.0, 0.95 * 0.95, 1.0]);
}

/// Steps, lets the model grow, and steps on.
fn grow(mut step: impl FnMut(&mut Growing, &Growing)) -> Growing {
    let block = || ones(Linear::<1, 1>::init(&mut rng()));
    let mut net = Growing { blocks: vec![block()], last: block() };
    let gradient = ones(net.zeros_like());
    step(&mut net, &gradient);
    net.blocks.push(block());
    let gradient = ones(net.zeros_like());
    step(&mut net, &gradient);
    net
}

#[test]
fn a_model_that_grew_goes_on_training() {
    let mut sgd = Sgd::new(0.1).momentum(0.9);
    let net = grow(|net, gradient| sgd.step(net, gradient));
    // The old block keeps its velocity, the new one starts without.
    let near = |found: f32, expected: f32| assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    near(net.blocks[0].weight[(0, 0)], 1.0 - 0.1 - 0.19);
    near(net.blocks[1].weight[(0, 0)], 0.9);
    near(net.last.weight[(0, 0)], 1.0 - 0.1 - 0.19);

    let (mut adam, mut adam_w, mut lion) = (Adam::new(0.1), AdamW::new(0.1), Lion::new(0.1));
    let mut rms = RmsProp::new(0.1).momentum(0.9).centered(true);
    grow(|net, gradient| adam.step(net, gradient));
    grow(|net, gradient| adam_w.step(net, gradient));
    grow(|net, gradient| lion.step(net, gradient));
    grow(|net, gradient| rms.step(net, gradient));
    let mut average = None;
    let net =
        grow(|net, _| average.get_or_insert_with(|| ExponentialMovingAverage::new(net, 0.5)).update(net));
    assert_eq!(average.unwrap().module().num_parameters(), net.num_parameters());
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let block = || ones(Linear::<1, 1>::init(&mut rng()));
    let mut net = (block(), Growing { blocks: vec![block(), block()], last: block() });
    let fewer = ones((block(), Growing { blocks: vec![block()], last: block() }));
    let mut adam = Adam::new(0.1);
    let before: Vec<Vec<f32>> = net.parameters().map(|p| p.as_slice().to_vec()).collect();
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| adam.step(&mut net, &fewer)));
    assert!(failed.is_err());
    let after: Vec<Vec<f32>> = net.parameters().map(|p| p.as_slice().to_vec()).collect();
    assert_eq!((before, tiedw::optim::OptimizerState::steps(&adam)), (after, 0));
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
