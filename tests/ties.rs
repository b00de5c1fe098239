//! Ties hold whatever happens to the module: there is one owner.

use std::ptr;
use std::thread;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module, Clone, Debug, PartialEq)]
#[module(parallel)]
struct SharedWeightNet {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}

#[derive(Module, Clone, Debug, PartialEq)]
#[module(parallel)]
struct SeparateWeightNet {
    fc1: Linear<10, 5>,
    fc2: Linear<10, 5>,
}

#[derive(Module, Clone, Debug, PartialEq)]
struct TiedAutoencoder {
    encoder: Linear<784, 64>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<64, 784, Tied>,
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Albert {
    first: Linear<4, 4>,
    #[tie(first)]
    rest: [Tied<Linear<4, 4>>; 11],
}

// Known at compile time: each parameter counts once, and a tied field has size zero.
const _: () = assert!(SharedWeightNet::NUM_PARAMETERS == 55);
const _: () = assert!(SeparateWeightNet::NUM_PARAMETERS == 110);
const _: () = assert!(TiedAutoencoder::NUM_PARAMETERS == 784 * 64 + 64 + 784);
const _: () = assert!(Albert::NUM_PARAMETERS == 4 * 4 + 4);
const _: () = assert!(size_of::<SharedWeightNet>() == size_of::<Linear<10, 5>>());
const _: () = assert!(size_of::<Albert>() == size_of::<Linear<4, 4>>());
const _: () = assert!(size_of::<Tied<Linear<10, 5>>>() == 0);
const _: () =
    assert!(size_of::<TiedAutoencoder>() < size_of::<Linear<784, 64>>() + size_of::<Linear<64, 784>>());

fn net() -> SharedWeightNet {
    SharedWeightNet::init(&mut StdRng::seed_from_u64(0))
}

/// Asserts that both names have one address, and that an edit is visible under both.
#[track_caller]
fn assert_tied(net: &mut SharedWeightNet) {
    let view = net.view();
    assert!(ptr::eq(&view.fc1.weight[(0, 0)], &view.fc2.weight[(0, 0)]));
    assert!(ptr::eq(view.fc1.bias.as_slice(), view.fc2.bias.as_slice()));
    net.fc1.weight[(3, 7)] = 100.0;
    net.fc1.bias[4] = 200.0;
    assert_eq!((net.view().fc2.weight[(3, 7)], net.view().fc2.bias[4]), (100.0, 200.0));
}

#[test]
fn registration_names_each_parameter_once() {
    let names: Vec<_> = net().named_parameters().map(|(name, p)| (name, p.shape().to_vec())).collect();
    assert_eq!(names, [("fc1.weight".to_owned(), vec![5, 10]), ("fc1.bias".to_owned(), vec![5])]);
    assert_eq!(SharedWeightNet::SPEC.ties(), [("fc2", "fc1")]);
    assert_eq!(TiedAutoencoder::SPEC.ties(), [("decoder.weight", "encoder.weight.t()")]);
    assert_eq!(Albert::SPEC.ties(), [("rest", "first")]);

    let autoencoder = TiedAutoencoder::init(&mut StdRng::seed_from_u64(0));
    let names: Vec<_> = autoencoder.named_parameters().map(|(name, _)| name).collect();
    assert_eq!(names, ["encoder.weight", "encoder.bias", "decoder.bias"]);
    assert_eq!(autoencoder.num_parameters(), TiedAutoencoder::NUM_PARAMETERS);
}

#[test]
fn initialisation_draws_each_weight_once() {
    let mut rng = StdRng::seed_from_u64(0);
    let alone = Linear::<10, 5>::init(&mut rng);
    assert_eq!(net().fc1, alone);
    let mut after_pair = StdRng::seed_from_u64(0);
    SharedWeightNet::init(&mut after_pair);
    assert_eq!(Linear::<10, 5>::init(&mut after_pair), Linear::init(&mut rng), "nothing was drawn for `fc2`");
}

#[test]
fn separate_layers_stay_separate() {
    let mut net = SeparateWeightNet::init(&mut StdRng::seed_from_u64(0));
    let before = net.fc2.clone();
    net.fc1.weight[(0, 0)] = 100.0;
    assert_eq!(net.fc2, before);
}

#[test]
fn a_new_pair_is_tied() {
    assert_tied(&mut net());
}

#[test]
fn a_clone_is_tied_and_apart_from_the_original() {
    let original = net();
    let mut copy = original.clone();
    assert_eq!(copy, original);
    assert_tied(&mut copy);
    assert_ne!(copy, original);
    assert_ne!(original.view().fc2.weight[(3, 7)], 100.0);
    assert_tied(&mut original.clone());
}

#[test]
fn the_tie_survives_moves() {
    let net = net();
    let mut boxed = Box::new(net);
    assert_tied(&mut boxed);

    let mut list = vec![*boxed, self::net()];
    list.reserve(100);
    list.iter_mut().for_each(assert_tied);

    let [first, second] = &mut list[..] else { unreachable!() };
    second.fc1.weight[(0, 0)] = -1.0;
    std::mem::swap(first, second);
    assert_eq!(first.view().fc2.weight[(0, 0)], -1.0);
    assert_tied(first);
    assert_tied(second);

    let mut sent = thread::spawn(|| {
        let mut net = self::net();
        assert_tied(&mut net);
        net
    })
    .join()
    .unwrap();
    assert_tied(&mut sent);
}

#[test]
fn threads_read_one_weight() {
    let mut net = net();
    net.fc1.weight[(0, 0)] = 5.0;
    let net = &net;
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || assert_eq!(net.view().fc2.weight[(0, 0)], 5.0));
        }
    });
}

#[test]
fn a_gradient_and_its_zero_are_tied() {
    let mut zeros = net().zeros_like();
    assert!(zeros.parameters().all(|parameter| parameter.as_slice().iter().all(|&number| number == 0.0)));
    assert_eq!(zeros.num_parameters(), 55);
    assert_tied(&mut zeros);

    let net = net();
    let x = Tensor::full([2], 1.0);
    let (_, pullback) = net.forward_vjp(&x);
    let mut gradient = net.zeros_like();
    pullback((None, Some(Tensor::full([2], 1.0))), &mut gradient, [false]);
    assert_eq!(gradient.fc1.bias.as_slice(), [2.0; 5], "a use of `fc2` alone reaches the owner");
}

#[test]
fn an_optimizer_moves_both_names_once() {
    let (mut net, mut alone) = (net(), net().fc1);
    let mut gradient = net.zeros_like();
    gradient.fc1.weight[(0, 0)] = 1.0;
    let mut sgd = Sgd::new(0.5).momentum(0.9);
    let mut sgd_alone = Sgd::new(0.5).momentum(0.9);
    for _ in 0..3 {
        sgd.step(&mut net, &gradient);
        sgd_alone.step(&mut alone, &gradient.fc1);
    }
    assert_eq!(net.fc1, alone);
    assert_eq!(net.view().fc2.weight[(0, 0)], alone.weight[(0, 0)]);
    assert_tied(&mut net);
}

#[test]
fn a_transposed_tie_is_the_same_memory() {
    let mut net = TiedAutoencoder::init(&mut StdRng::seed_from_u64(0));
    net.encoder.weight[(2, 700)] = 9.0;
    let view = net.view();
    assert_eq!(view.decoder.weight[(700, 2)], 9.0);
    assert!(ptr::eq(&view.encoder.weight[(2, 700)], &view.decoder.weight[(700, 2)]));
}

#[test]
fn an_array_of_ties_has_one_owner() {
    let mut net = Albert::init(&mut StdRng::seed_from_u64(0));
    net.first.weight[(1, 2)] = 9.0;
    let view = net.view();
    assert!(view.rest.iter().all(|layer| ptr::eq(&layer.weight[(1, 2)], &view.first.weight[(1, 2)])));
    assert_eq!(view.rest[10].weight[(1, 2)], 9.0);
}

/// Checks a net whose `forward` uses its own trained weights only through `Frozen`: the value depends on
/// them, they get no gradient, and the cotangent passes through to what precedes them.
macro_rules! check_frozen_use {
    ($name:ident { $($fields:tt)* } $input:literal -> $output:literal, |$this:tt, $x:ident| $forward:expr) => {{
        #[derive(Module, Clone, Debug, PartialEq)]
        struct $name {
            $($fields)*
        }

        #[differentiable]
        impl $name {
            fn forward(&$this, $x: &Tensor<$input>) -> Tensor<$output> {
                $forward
            }
        }

        let net = $name::init(&mut StdRng::seed_from_u64(0));
        let values = |count| (0..count).map(|at| (at * 7 % 11) as f32 / 10.0).collect();
        let (x, d) = (Tensor::from_vec([3, 4], values(12 * $input)), values(12 * $output));
        let mut gradient = net.zeros_like();
        let (y, pullback) = net.forward_vjp(&x);
        let (dx,) = pullback(Tensor::from_vec([3, 4], d), &mut gradient, [true]);
        assert!(dx.unwrap().as_slice().iter().any(|&number| number != 0.0), "the cotangent passes");
        let zero = |net: &$name| net.parameters().all(|p| p.as_slice().iter().all(|&number| number == 0.0));
        assert!(zero(&gradient), "{gradient:?}");
        let mut stepped = net.clone();
        Sgd::new(0.1).step(&mut stepped, &gradient);
        assert_eq!(stepped, net);

        let mut other = net.clone();
        assert!(net.num_parameters() > 0);
        for mut parameter in other.parameters_mut() {
            parameter.as_mut_slice().iter_mut().for_each(|number| *number += 1.0);
        }
        assert_ne!(other.forward(&x), y, "the use is that of the owner's weights");
    }};
}

#[test]
fn a_frozen_use_of_a_trained_weight_adds_nothing_to_its_gradient() {
    use tiedw::layers::{Conv1d, Gru, MultiHeadAttention, Residual};
    type Heads = MultiHeadAttention<4, 2>;

    check_frozen_use!(OneWeight {
        table: Linear<4, 4>,
        #[tie(weight = table.weight)]
        head: Frozen<Linear<4, 4, Tied, NoBias>>,
    } 4 -> 4, |self, x| self.head.forward(x));
    check_frozen_use!(Transposed {
        encoder: WithoutBias<Linear<4, 6>>,
        #[tie(weight = encoder.weight.t())]
        decoder: Frozen<Linear<6, 4, Tied, NoBias>>,
    } 6 -> 4, |self, x| self.decoder.forward(x));
    check_frozen_use!(Whole {
        fc1: Linear<4, 4>,
        #[tie(fc1)]
        fc2: Frozen<Tied<Linear<4, 4>>>,
    } 4 -> 4, |self, x| self.fc2.forward(x));
    check_frozen_use!(TheOtherWay {
        fc1: Linear<4, 4>,
        #[tie(fc1)]
        fc2: Tied<Frozen<Linear<4, 4>>>,
    } 4 -> 4, |self, x| self.fc2.forward(x));
    check_frozen_use!(TiedAgain {
        fc1: Linear<4, 4>,
        #[tie(fc1)]
        fc2: Frozen<Tied<Linear<4, 4>>>,
        #[tie(fc2)]
        fc3: Tied<Linear<4, 4>>,
        #[tie(weight = fc2.weight, bias = fc2.bias)]
        fc4: Linear<4, 4, Tied, Tied>,
    } 4 -> 4, |self, x| self.fc4.forward(&self.fc3.forward(x)));
    check_frozen_use!(InAnArray {
        fc1: Linear<4, 4>,
        #[tie(fc1)]
        rest: [Frozen<Tied<Linear<4, 4>>>; 2],
    } 4 -> 4, |self, x| self.rest[1].forward(x));
    check_frozen_use!(ArrayOfFrozen {
        fc1: [Linear<4, 4>; 2],
        #[tie(fc1)]
        rest: Tied<[Frozen<Linear<4, 4>>; 2]>,
    } 4 -> 4, |self, x| self.rest[0].forward(&self.rest[1].forward(x)));
    check_frozen_use!(PairOfFrozen {
        fc1: (Linear<4, 4>, Linear<4, 4>),
        #[tie(fc1)]
        rest: Tied<(Frozen<Linear<4, 4>>, Frozen<Linear<4, 4>>)>,
    } 4 -> 4, |self, x| self.rest.0.forward(&self.rest.1.forward(x)));
    check_frozen_use!(InALayer {
        fc1: Residual<Linear<4, 4>>,
        #[tie(fc1)]
        rest: Tied<Residual<Frozen<Linear<4, 4>>>>,
    } 4 -> 4, |self, x| self.rest.forward(x));
    check_frozen_use!(WithinALayer {
        fc1: Linear<4, 4>,
        #[tie(layer = fc1)]
        rest: Residual<Frozen<Tied<Linear<4, 4>>>>,
    } 4 -> 4, |self, x| self.rest.forward(x));
    check_frozen_use!(WholeAttention {
        first: Heads,
        #[tie(first)]
        second: Frozen<Tied<Heads>>,
    } 4 -> 4, |self, x| self.second.forward(x));
    check_frozen_use!(Recurrent {
        first: Gru<4, 4>,
        #[tie(first)]
        second: Frozen<Tied<Gru<4, 4>>>,
    } 4 -> 4, |self, x| self.second.forward(x));
    check_frozen_use!(Convolution {
        first: Conv1d<4, 4, 3, 1, 1>,
        #[tie(first)]
        second: Frozen<Tied<Conv1d<4, 4, 3, 1, 1>>>,
    } 4 -> 4, |self, x| self.second.forward(x));
    check_frozen_use!(Norms {
        first: (LayerNorm<4>, (RmsNorm<4>, BatchNorm<4>)),
        #[tie(first)]
        second: Frozen<Tied<(LayerNorm<4>, (RmsNorm<4>, BatchNorm<4>))>>,
    } 4 -> 4, |self, x| self.second.1.1.forward(&self.second.1.0.forward(&self.second.0.forward(x))));

    #[derive(Module, Clone, Debug, PartialEq)]
    struct Side {
        #[tie]
        shared: Tied<Linear<4, 4>>,
        #[module(skip)]
        scale: f32,
    }
    #[differentiable]
    impl Side {
        fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
            self.shared.forward(x) * 2.0
        }
    }
    check_frozen_use!(OpenModule {
        fc1: Linear<4, 4>,
        #[tie(shared = fc1)]
        side: Frozen<Side>,
    } 4 -> 4, |self, x| self.side.forward(x));
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Lists {
    blocks: Vec<Linear<4, 4>>,
    #[tie(blocks)]
    again: Frozen<Tied<Vec<Linear<4, 4>>>>,
    #[tie(blocks)]
    once_more: Tied<Vec<Frozen<Linear<4, 4>>>>,
}

#[differentiable]
impl Lists {
    fn once(&self, x: &Tensor<4>) -> Tensor<4> {
        self.blocks[0].forward(x)
    }

    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
        self.once_more[1].forward(&self.again[0].forward(&self.once(x)))
    }
}

#[test]
fn a_trained_use_beside_frozen_ones_has_its_own_gradient_alone() {
    let rng = &mut StdRng::seed_from_u64(0);
    let blocks: Vec<Linear<4, 4>> = (0..2).map(|_| Linear::init(rng)).collect();
    let net = Lists { blocks, again: Frozen::new(Tied::new()), once_more: Tied::new() };
    let x = Tensor::full([3], 0.5);
    let (y, pullback) = net.forward_vjp(&x);
    let mut gradient = net.zeros_like();
    pullback(Tensor::full([3], 1.0), &mut gradient, [false]);

    // The cotangent that passes back through the frozen layers, which are matrix products here.
    let back = |layer: &Linear<4, 4>, d: &Tensor<4>| {
        let number = |at: usize| (0..4).map(|out| d.get(&[at / 4, out]) * layer.weight[(out, at % 4)]).sum();
        Tensor::<4>::from_vec([3], (0..12).map(number).collect())
    };
    let d = back(&net.blocks[0], &back(&net.blocks[1], &Tensor::full([3], 1.0)));
    let (_, pullback) = net.once_vjp(&x);
    let mut expected = net.zeros_like();
    pullback(d, &mut expected, [false]);
    for (found, expected) in gradient.parameters().zip(expected.parameters()) {
        for (found, expected) in found.as_slice().iter().zip(expected.as_slice()) {
            assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
        }
    }
    assert!(y.sum().is_finite() && gradient.blocks[1] == net.blocks[1].zeros_like());
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Short {
    blocks: Vec<Linear<4, 4>>,
    #[tie(weight = blocks[1].weight)]
    head: Linear<4, 4, Tied>,
}

#[test]
#[should_panic(expected = "`head` is tied to `blocks[1].weight`, but `blocks` has length 1")]
fn a_tie_beyond_a_list_names_both() {
    let mut rng = StdRng::seed_from_u64(0);
    let net = Short { blocks: vec![Linear::init(&mut rng)], head: Linear::init(&mut rng) };
    net.view();
}

type Blocks = Vec<Linear<2, 2>>;

#[derive(Module)]
struct Encoder {
    layers: Blocks,
}

#[derive(Module)]
struct TiedWithin {
    encoder: Encoder,
    #[tie(encoder.layers[1])]
    last: Tied<Linear<2, 2>>,
}

#[test]
#[should_panic(expected = "`last` is tied to `encoder.layers[1]`, but `encoder.layers` has length 1")]
fn a_list_within_another_field_names_both() {
    let layers = vec![Linear { weight: Matrix::zeros(), bias: Vector::zeros() }];
    TiedWithin { encoder: Encoder { layers }, last: Tied::new() }.view();
}
