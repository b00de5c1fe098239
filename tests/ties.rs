//! Ties: one owner, whatever happens to the module.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module, Clone, Debug)]
#[module(parallel)]
struct SharedWeightNet {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}
const _: () = assert!(SharedWeightNet::NUM_PARAMETERS == 55);
const _: () = assert!(size_of::<SharedWeightNet>() == size_of::<Linear<10, 5>>());

#[derive(Module, Clone, Debug)]
struct TiedAutoencoder {
    encoder: Linear<784, 64>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<64, 784, Tied>,
}

#[derive(Module, Clone, Debug, PartialEq)]
#[module(sequential)]
struct Mlp {
    a: Linear<4, 4>,
    #[tie(a)]
    b: Tied<Linear<4, 4>>,
    c: Linear<4, 2>,
}

#[derive(Module)]
struct Open<const D: usize> {
    #[tie]
    embed: Tied<Linear<D, D>>,
    layers: [Linear<D, D>; 2],
}
#[derive(Module)]
struct Closing<const D: usize> {
    #[tie(embed = shared)]
    first: Open<D>,
    shared: Linear<D, D>,
    #[tie(embed = first.layers[1])]
    second: Open<D>,
    #[tie(weight = shared.weight)]
    head: Linear<D, D, Tied, NoBias>,
    #[tie(shared)]
    rest: [Tied<Linear<D, D>>; 3],
}
#[derive(Module)]
struct Siamese<E: Module> {
    left: E,
    #[tie(left)]
    right: Tied<E>,
}

#[test]
fn tied() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut net = SharedWeightNet::init(&mut rng);
    net.fc1.weight[(0, 0)] = 100.0;
    assert_eq!(net.view().fc2.weight[(0, 0)], 100.0);
    let x = Tensor::<10>::from_vec([1], vec![1.0; 10]);
    let (y, pullback) = net.forward_vjp(&x);
    let mut g = net.zeros_like();
    let (dx,) = pullback((Some(y.0.clone()), Some(y.1.clone())), &mut g, [true]);
    println!("{dx:?}");
    let names: Vec<_> = net.named_parameters().map(|(n, _)| n).collect();
    assert_eq!(names, ["fc1.weight", "fc1.bias"]);
    let auto = TiedAutoencoder::init(&mut rng);
    assert_eq!(TiedAutoencoder::SPEC.ties(), [("decoder.weight", "encoder.weight.t()")]);
    assert_eq!(auto.view().decoder.weight[(5, 2)], auto.encoder.weight[(2, 5)]);
    let mlp = Mlp::init(&mut rng);
    mlp.forward(&Tensor::zeros([3]));
    let c = Closing::<4>::init(&mut rng);
    let _ = c.view();
    let s = Siamese::<Mlp> { left: mlp, right: Tied::new() };
    let _ = s.view();
}
