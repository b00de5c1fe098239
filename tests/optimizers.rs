//! Optimizers and averages identify parameters by name, including frozen, tied and new ones.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::optim::{ExponentialMovingAverage, OptimizerState};
use tiedw::prelude::*;
use tiedw::state::OptimizerCheckpoint;

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
#[should_panic(
    expected = "`AdamW::decay_where` chooses no parameter that is trained; the names are `embed.weight`, `head.bias`, `head.weight`"
)]
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
    // Without moments the update itself is zero, so only the weight decay has an effect.
    let zeros = net.zeros_like();
    adam.step(&mut net, &zeros);
    assert_eq!(flat(&net), [1.0, 1.0, 0.95, 1.0]);
    net.blocks.push(block());
    let zeros = net.zeros_like();
    adam.step(&mut net, &zeros);
    assert_eq!(flat(&net), [1.0, 1.0, 1.0, 1.0, 0.95 * 0.95, 1.0]);
}

/// Takes a step, adds a block to the model, and takes another step.
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
    // The old block keeps its velocity, and the new one starts without one.
    let near = |found: f32, expected: f32| assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    near(net.blocks[0].weight[(0, 0)], 1.0 - 0.1 - 0.19);
    near(net.blocks[1].weight[(0, 0)], 0.9);
    near(net.last.weight[(0, 0)], 1.0 - 0.1 - 0.19);

    // For the new block this is the first step, whose size is the learning rate.
    let mut adam = Adam::new(0.1);
    let net = grow(|net, gradient| adam.step(net, gradient));
    near(net.blocks[1].weight[(0, 0)], 0.9);
    near(net.last.weight[(0, 0)], 0.8);

    let (mut adam_w, mut lion) = (AdamW::new(0.1), Lion::new(0.1));
    let mut rms = RmsProp::new(0.1).momentum(0.9).centered(true);
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
    for _ in 0..2 {
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| adam.step(&mut net, &fewer)));
        let message = *failed.unwrap_err().downcast::<String>().unwrap();
        assert!(
            message.starts_with("`1.blocks` holds 2 modules in the model and 1 in its gradient"),
            "{message}"
        );
    }
    let after: Vec<Vec<f32>> = net.parameters().map(|p| p.as_slice().to_vec()).collect();
    assert_eq!((before, adam.steps()), (after, 0));
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

#[derive(Module, Clone, Debug, PartialEq)]
struct TwoScales {
    first: Vector<1>,
    second: Vector<1>,
}

#[differentiable]
impl TwoScales {
    fn loss(&self, x: &Tensor<1>, uses_second: bool) -> f32 {
        let mut y = x * &self.first;
        if uses_second {
            y *= &self.second;
        }
        y.sum()
    }
}

fn two_scales() -> (TwoScales, Tensor<1>) {
    (TwoScales { first: Vector::from([1.0]), second: Vector::from([1.0]) }, Tensor::from_vec([1], vec![1.0]))
}

#[test]
fn what_took_no_part_in_a_step_stays() {
    let (mut net, x) = two_scales();
    let mut sgd = Sgd::new(0.1).momentum(0.9).weight_decay(0.5);
    sgd.step(&mut net, &TwoScales { first: Vector::from([1.0]), second: Vector::from([1.0]) });
    let (second, velocity) = (net.second.clone(), sgd.parts()[0].1.as_ref().unwrap().second.clone());
    let (_, gradient) = net.loss_and_grad(&x, false);
    sgd.step(&mut net, &gradient);
    assert_eq!((&net.second, &sgd.parts()[0].1.as_ref().unwrap().second), (&second, &velocity));

    // Explicit zeros are a gradient: the velocity still moves the weight, and the weight decays.
    let zeros = net.zeros_like();
    sgd.step(&mut net, &zeros);
    assert_ne!(net.second, second);
}

#[test]
fn what_is_added_by_hand_takes_part() {
    let (mut net, x) = two_scales();
    let (_, mut gradient) = net.loss_and_grad(&x, false);
    gradient.second[0] += 2.0;
    Sgd::new(0.1).step(&mut net, &gradient);
    assert_eq!(net.second[0], 0.8);

    let (mut net, _) = two_scales();
    let (_, mut gradient) = net.loss_and_grad(&x, false);
    gradient.parameters_mut().for_each(|mut parameter| parameter.as_mut_slice()[0] -= 3.0);
    Sgd::new(0.1).step(&mut net, &gradient);
    assert_eq!(net.second[0], 1.3);
}

#[test]
fn shards_clipping_and_flat_vectors_keep_what_took_no_part() {
    use tiedw::parallel::{FlatVector, Shards};
    let (start, x) = two_scales();
    let decayed = |gradient: &TwoScales| {
        let mut net = start.clone();
        AdamW::new(0.1).weight_decay(0.5).step(&mut net, gradient);
        net.second != start.second
    };
    let mut shards = Shards::new(&start, 2);
    for uses_second in [true, false, true, false] {
        // One of the two shards uses it.
        let (_, gradient) = shards.value_and_grad(&start, 2, |net, gradient, rows| {
            net.loss_and_accumulate(gradient, &x, uses_second && rows.start == 1)
        });
        let mut gradient = gradient.clone();
        assert_eq!(decayed(&gradient), uses_second);
        clip_grad_norm(&mut gradient, 1e-3);
        assert_eq!(decayed(&gradient), uses_second);

        let mut received = start.zeros_like();
        FlatVector::of(&gradient).copy_to(&mut received);
        assert_eq!(decayed(&received), uses_second);
    }
}

#[test]
#[should_panic(
    expected = "the module has `blocks.1.weight` of shape [1, 1], the vector `last.weight` of [1, 1]"
)]
fn a_flat_vector_fits_no_other_module() {
    use tiedw::parallel::FlatVector;
    let block = || ones(Linear::<1, 1>::init(&mut rng()));
    let mut other = Growing { blocks: vec![block(), block()], last: block() };
    FlatVector::of(&Growing { blocks: vec![block()], last: block() }).copy_to(&mut other);
}

#[test]
fn a_state_that_is_set_fits_by_name() {
    let block = || ones(Linear::<1, 1>::init(&mut rng()));
    let mut net = Growing { blocks: vec![block(), block()], last: block() };
    let mut sgd = Sgd::new(0.1).momentum(0.5);
    let gradient = ones(net.zeros_like());
    sgd.step(&mut net, &gradient);
    *sgd.parts_mut()[0].1 = Some(Growing { blocks: vec![block()], last: ones(block()) });
    sgd.step(&mut net, &gradient);
    let near = |found: f32, expected: f32| assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    near(net.blocks[0].weight[(0, 0)], 1.0 - 0.1 - 0.15);
    near(net.blocks[1].weight[(0, 0)], 1.0 - 0.1 - 0.1);
    near(net.last.weight[(0, 0)], 1.0 - 0.1 - 0.15);
}

#[test]
fn a_predicate_holds_for_a_state_that_was_read() {
    let (mut net, x) = two_scales();
    let new = || AdamW::new(0.1).weight_decay(0.5).decay_where(|name| name == "second");
    let (mut adam, mut resumed) = (new(), new());
    for uses_second in [false, true] {
        let (_, gradient) = net.loss_and_grad(&x, uses_second);
        adam.step(&mut net, &gradient);
    }
    let mut other = net.clone();
    resumed.step(&mut other.clone(), &net.zeros_like());
    resumed.load_bytes(&adam.to_bytes(), &net).unwrap();
    let (_, gradient) = net.loss_and_grad(&x, true);
    adam.step(&mut net, &gradient);
    resumed.step(&mut other, &gradient);
    assert_eq!(net, other);
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Stack {
    blocks: Vec<Linear<2, 2>>,
    more: Option<Linear<2, 2>>,
    norm: Frozen<Vec<LayerNorm<2>>>,
}

#[differentiable]
impl Stack {
    fn loss(&self, x: &Tensor<2>) -> f32 {
        let mut h = x.clone();
        for block in &self.blocks {
            h = block.forward(&h).tanh();
        }
        if let Some(more) = &self.more {
            h = more.forward(&h).tanh();
        }
        h.sum()
    }
}

fn stack(blocks: usize, more: bool, norms: usize) -> Stack {
    let block = || ones(Linear::init(&mut rng()));
    Stack {
        blocks: (0..blocks).map(|_| block()).collect(),
        more: more.then(block),
        norm: Frozen::new((0..norms).map(|_| LayerNorm::init(&mut rng())).collect()),
    }
}

#[test]
fn a_gradient_of_another_model_is_named_before_it_is_added_to() {
    let x = Tensor::full([2], 0.5);
    for (of, expected) in [
        ((1, true, 1), "`blocks` holds 2 modules in the model and 1 in its gradient"),
        ((3, true, 1), "`blocks` holds 2 modules in the model and 3 in its gradient"),
        ((2, false, 1), "`more` is there in the model and not in its gradient"),
        ((2, true, 2), "`norm` holds 1 module in the model and 2 in its gradient"),
    ] {
        let (net, mut gradient) = (stack(2, true, 1), stack(of.0, of.1, of.2).zeros_like());
        let untouched = gradient.clone();
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            net.loss_and_accumulate(&mut gradient, &x)
        }));
        let message = *failed.unwrap_err().downcast::<String>().unwrap();
        assert!(message.contains(expected), "{message}");
        assert_eq!(gradient, untouched);
    }
}

#[test]
fn shards_follow_a_model_that_grew() {
    let x = Tensor::from_vec([3], vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    let mut shards = tiedw::parallel::Shards::new(&stack(1, false, 1), 2);
    for net in [stack(1, false, 1), stack(2, true, 1), stack(0, true, 1)] {
        let (_, gradient) = shards.sum_and_grad(&net, 3, |net, gradient, rows| {
            net.loss_and_accumulate(gradient, &x.narrow(0, rows.start, rows.len()))
        });
        let (_, expected) = net.loss_and_grad(&x);
        for (found, expected) in gradient.parameters().zip(expected.parameters()) {
            for (found, expected) in found.as_slice().iter().zip(expected.as_slice()) {
                assert!((found - expected).abs() < 1e-6);
            }
        }
        assert_eq!(gradient.blocks.len(), net.blocks.len());
    }
}
