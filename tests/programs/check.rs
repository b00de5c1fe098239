//! The gradient check of a generated program by central differences.

pub mod twins;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;
use tiedw::testing::gradcheck_module;

/// The loss of a program, its gradient, and the cotangent of its input.
pub type Answer<M> = (f64, M, Tensor<3, f64>);

/// Compares each element of the gradient with central differences.
pub fn check<M: Module<Elem = f64> + Clone>(name: &str, net: &M, run: impl Fn(&M, &Tensor<3, f64>) -> Answer<M>) {
    check_both(name, net, |net, x| run(net, x).0, &run);
}

/// As [`check`], with differences of the method as written, whose value must equal that of the differentiated one.
pub fn check_both<M: Module<Elem = f64> + Clone>(
    name: &str,
    net: &M,
    written: impl Fn(&M, &Tensor<3, f64>) -> f64,
    run: impl Fn(&M, &Tensor<3, f64>) -> Answer<M>,
) {
    let x = input();
    let (loss, ..) = run(net, &x);
    assert!(loss.is_finite(), "{name}: the loss is {loss}");
    assert_eq!(loss, written(net, &x), "{name}: the value");
    let companion = |net: &M, (x,): &(Tensor<3, f64>,), gradient: &mut M, _: f64| {
        let (loss, found, dx) = run(net, x);
        *gradient = found;
        (loss, (Some(dx),))
    };
    if let Err(error) = gradcheck_module(&mut net.clone(), &(x,), |net, (x,)| written(net, x), companion) {
        panic!("{name}: {error}");
    }
}

fn input() -> Tensor<3, f64> {
    let mut rng = StdRng::seed_from_u64(3);
    Tensor::from_vec([2], (0..6).map(|_| rng.random_range(-1.0..1.0)).collect())
}
