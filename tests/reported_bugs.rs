//! Regression tests for bugs with tied weights in other libraries. Each test is named for the bug that must
//! not occur.
//!
//! `docs/ties.md` lists the reports.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::layers::Embedding;
use tiedw::optim::{AdamW, ExponentialMovingAverage};
use tiedw::parallel::FlatVector;
use tiedw::prelude::*;

#[derive(Module, Clone, Debug, PartialEq)]
struct Pair {
    owner: Linear<4, 4>,
    #[tie(owner)]
    borrower: Tied<Linear<4, 4>>,
}

#[differentiable]
impl Pair {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        mse_loss(&self.borrower.forward(&self.owner.forward(x).tanh()), x)
    }
}

/// The same network with one layer that is called twice, to which the tied one must be equivalent.
#[derive(Module, Clone, Debug, PartialEq)]
struct Single {
    owner: Linear<4, 4>,
}

#[differentiable]
impl Single {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        mse_loss(&self.owner.forward(&self.owner.forward(x).tanh()), x)
    }
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(0)
}

fn input() -> Tensor<4> {
    Tensor::from_vec([2], vec![0.5, -0.2, 0.1, 0.9, -0.7, 0.3, 0.8, -0.4])
}

/// Trains both for five steps, and asserts that they stay equal.
fn assert_trains_as_one(
    mut step: impl FnMut(&mut Pair, &Pair),
    mut single_step: impl FnMut(&mut Single, &Single),
) {
    let (mut pair, mut single) = (Pair::init(&mut rng()), Single::init(&mut rng()));
    for _ in 0..5 {
        let (_, gradient) = pair.loss_and_grad(&input());
        let (_, single_gradient) = single.loss_and_grad(&input());
        assert_eq!(gradient.owner, single_gradient.owner, "the gradient of two uses is one sum");
        step(&mut pair, &gradient);
        single_step(&mut single, &single_gradient);
        assert_eq!(pair.owner, single.owner);
    }
}

#[test]
fn a_copy_does_not_separate_two_parameters() {
    let mut copy = Pair::init(&mut rng()).clone();
    copy.owner.weight[(0, 0)] = 3.0;
    assert_eq!(copy.view().borrower.weight[(0, 0)], 3.0);
}

#[test]
fn sgd_with_momentum_does_not_meet_a_shared_parameter_twice() {
    let (mut sgd, mut single) = (Sgd::new(0.1).momentum(0.9), Sgd::new(0.1).momentum(0.9));
    assert_trains_as_one(|net, gradient| sgd.step(net, gradient), |net, gradient| single.step(net, gradient));
}

#[test]
fn moments_do_not_advance_once_per_name() {
    let (mut adam, mut single) = (Adam::new(0.01), Adam::new(0.01));
    assert_trains_as_one(
        |net, gradient| adam.step(net, gradient),
        |net, gradient| single.step(net, gradient),
    );
    let (mut adamw, mut single) = (AdamW::new(0.01), AdamW::new(0.01));
    assert_trains_as_one(
        |net, gradient| adamw.step(net, gradient),
        |net, gradient| single.step(net, gradient),
    );
}

#[test]
fn no_field_drifts_while_another_is_updated() {
    let mut net = Pair::init(&mut rng());
    let mut adam = Adam::new(0.1);
    for _ in 0..10 {
        let (_, gradient) = net.loss_and_grad(&input());
        adam.step(&mut net, &gradient);
        let view = net.view();
        assert!(std::ptr::eq(&view.owner.weight[(0, 0)], &view.borrower.weight[(0, 0)]));
    }
}

#[test]
fn an_average_of_the_weights_is_tied_too() {
    let mut net = Pair::init(&mut rng());
    let mut average = ExponentialMovingAverage::new(&net, 0.9);
    net.owner.weight[(0, 0)] += 1.0;
    average.update(&net);
    let view = average.module().view();
    assert!(std::ptr::eq(&view.owner.weight[(0, 0)], &view.borrower.weight[(0, 0)]));
    assert_eq!(average.module().num_parameters(), 20);
}

#[test]
fn parameters_are_not_counted_twice() {
    const { assert!(Pair::NUM_PARAMETERS == Single::NUM_PARAMETERS) };
    let net = Pair::init(&mut rng());
    assert_eq!(net.num_parameters(), 20);
    assert_eq!(net.named_parameters().count(), 2);
}

/// A tie flag could be inverted without any test noticing. Here the tie is part of the type, and is tested by
/// identity.
#[test]
fn a_tie_is_no_flag() {
    #[derive(Module)]
    struct LanguageModel {
        embed: Embedding<11, 4>,
        #[tie(weight = embed.weight)]
        head: Linear<4, 11, Tied, NoBias>,
    }
    let mut net = LanguageModel::init(&mut rng());
    net.embed.weight[(7, 2)] = 5.0;
    let view = net.view();
    assert_eq!(view.head.weight[(7, 2)], 5.0);
    assert!(std::ptr::eq(&view.embed.weight[(7, 2)], &view.head.weight[(7, 2)]));
    assert_eq!(LanguageModel::NUM_PARAMETERS, 44);
}

#[test]
fn equal_weights_are_not_taken_for_shared_ones() {
    #[derive(Module)]
    struct Separate {
        fc1: Linear<4, 4>,
        fc2: Linear<4, 4>,
    }
    let mut net = Separate::init(&mut rng());
    net.fc2 = net.fc1.clone();
    net.fc1.weight[(0, 0)] += 1.0;
    assert_ne!(net.fc1.weight[(0, 0)], net.fc2.weight[(0, 0)]);
    assert!(Separate::SPEC.ties().is_empty());
    assert_eq!(net.named_parameters().count(), 4);
}

#[test]
fn source_and_target_cannot_be_swapped() {
    assert_eq!(Pair::SPEC.ties(), [("borrower", "owner")]);
    let names: Vec<String> = Pair::init(&mut rng()).named_parameters().map(|(name, _)| name).collect();
    assert_eq!(names, ["owner.weight", "owner.bias"], "the owner's names, and no others");
}

#[test]
fn a_second_construction_neither_renames_nor_unties() {
    let names = |net: &Pair| net.named_parameters().map(|(name, _)| name).collect::<Vec<_>>();
    let (first, mut second) = (Pair::init(&mut rng()), Pair::init(&mut rng()));
    assert_eq!(names(&first), names(&second));
    second.owner.bias[0] = 9.0;
    assert_eq!(second.view().borrower.bias[0], 9.0);
    assert_ne!(first.view().borrower.bias[0], 9.0);
}

/// Each use of a weight adds to its gradient; none is dropped silently.
#[test]
fn no_operation_drops_a_gradient() {
    let net = Pair::init(&mut rng());
    let x = input();
    let (_, gradient) = net.loss_and_grad(&x);
    for parameter in gradient.parameters() {
        assert!(parameter.as_slice().iter().all(|&number| number != 0.0));
    }
}

/// A file may contain a shared weight under each of its names. Loading it must not create two weights, so one
/// step updates it once.
#[cfg(feature = "safetensors")]
#[test]
fn loading_does_not_split_the_names() {
    let separate = |borrower: Linear<4, 4>| {
        #[derive(Module)]
        struct Separate {
            owner: Linear<4, 4>,
            borrower: Linear<4, 4>,
        }
        Separate { owner: Linear::init(&mut rng()), borrower }.to_bytes()
    };
    let (mut pair, mut single) = (Pair::init(&mut StdRng::seed_from_u64(1)), Single::init(&mut rng()));
    pair.load_bytes(&separate(Linear::init(&mut rng()))).unwrap();
    let view = pair.view();
    assert!(std::ptr::eq(&view.owner.weight[(0, 0)], &view.borrower.weight[(0, 0)]));

    let (mut sgd, mut single_sgd) = (Sgd::new(0.1), Sgd::new(0.1));
    let ((_, gradient), (_, single_gradient)) =
        (pair.loss_and_grad(&input()), single.loss_and_grad(&input()));
    sgd.step(&mut pair, &gradient);
    single_sgd.step(&mut single, &single_gradient);
    assert_eq!(pair.owner, single.owner, "one step, not two");

    let before = pair.clone();
    let apart = separate(Linear::init(&mut StdRng::seed_from_u64(2)));
    let error = pair.load_bytes(&apart).unwrap_err().to_string();
    assert!(error.contains("`borrower.weight` and `owner.weight` are one weight"), "{error}");
    assert_eq!(pair, before);
}

/// A file contains a shared weight once, under its owner's name, and records the tie. A file that has it
/// under another name can be read too.
#[cfg(feature = "safetensors")]
#[test]
fn a_file_neither_refuses_nor_drops_shared_weights() {
    let pair = Pair::init(&mut rng());
    let file = pair.to_bytes();
    let text = String::from_utf8_lossy(&file);
    assert_eq!(text.matches("\"owner.weight\":{").count(), 1);
    assert!(text.contains("\"borrower.weight\":\"owner.weight\"") && !text.contains("\"borrower.weight\":{"));

    // PyTorch keeps the alphabetically first name, which here is the borrower's.
    #[derive(Module)]
    struct KeptName {
        borrower: Linear<4, 4>,
    }
    let kept = KeptName { borrower: pair.owner.clone() }.to_bytes();
    let mut loaded = Pair::init(&mut StdRng::seed_from_u64(1));
    loaded.load_bytes(&kept).unwrap();
    assert_eq!(loaded, pair);
}

/// Three ranks, each with a copy of the model, uneven row counts, and a tied weight of eleven rows. Each rank
/// sends its gradient as one message, which contains each parameter once. `tests/mpi` does the same with real
/// ranks.
#[test]
fn no_rank_keeps_its_old_copy() {
    #[derive(Module, Clone, Debug, PartialEq)]
    struct LanguageModel {
        embed: Embedding<11, 4>,
        #[tie(weight = embed.weight)]
        head: Linear<4, 11, Tied, NoBias>,
    }
    #[differentiable]
    impl LanguageModel {
        fn loss(&self, ids: &Ids, next: &Ids) -> f32 {
            cross_entropy_loss(&self.head.forward(&self.embed.forward(ids)), next)
        }
    }
    let ids = |shift: u32| Ids::from_vec([13], (0..13).map(|row| (row + shift) % 11).collect());
    let (ids, next) = (ids(0), ids(1));
    let start = LanguageModel::init(&mut rng());
    let mut alone = start.clone();
    let mut ranks = [0..4, 4..8, 8..13].map(|rows| (rows, start.clone(), Adam::new(0.01)));
    let mut adam = Adam::new(0.01);
    for _ in 0..5 {
        let messages = ranks.each_ref().map(|(rows, net, _)| {
            let of = |ids: &Ids| ids.narrow(0, rows.start, rows.len());
            let (_, gradient) = net.loss_and_grad(&of(&ids), &of(&next));
            let mut message = FlatVector::of(&gradient);
            assert_eq!(message.len(), 44, "the tied weight once");
            message.iter_mut().for_each(|number| *number *= rows.len() as f32 / 13.0);
            message
        });
        let [a, b, c] = &messages;
        let mut sum = a.clone();
        sum.iter_mut().zip(&**b).zip(&**c).for_each(|((a, b), c)| *a += b + c);
        for (_, net, adam) in &mut ranks {
            let mut gradient = net.zeros_like();
            sum.copy_to(&mut gradient);
            adam.step(net, &gradient);
        }
        let (_, gradient) = alone.loss_and_grad(&ids, &next);
        adam.step(&mut alone, &gradient);
    }
    let [(_, first, _), (_, second, _), (_, last, _)] = &ranks;
    assert!(first == second && first == last);
    let values = |net: &LanguageModel| net.embed.weight.as_slice().to_vec();
    for ((found, expected), old) in values(last).into_iter().zip(values(&alone)).zip(values(&start)) {
        assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");
        assert_ne!(found, old);
    }
}
