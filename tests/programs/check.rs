//! The gradient check of a generated program by central differences.

pub mod twins;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

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
    let (loss, gradient, dx) = run(net, &x);
    assert!(loss.is_finite(), "{name}: the loss is {loss}");
    assert_eq!(loss, written(net, &x), "{name}: the value");
    let gradient: Vec<Vec<f64>> = gradient.parameters().map(|p| p.as_slice().to_vec()).collect();
    for (parameter, gradient) in gradient.iter().enumerate() {
        for (at, &found) in gradient.iter().enumerate() {
            compare(name, found, |step| {
                let mut net = net.clone();
                net.parameters_mut().nth(parameter).unwrap().as_mut_slice()[at] += step;
                written(&net, &x)
            });
        }
    }
    for (at, &found) in dx.as_slice().iter().enumerate() {
        compare(name, found, |step| {
            let mut x = x.clone();
            x.as_mut_slice()[at] += step;
            written(net, &x)
        });
    }
}

/// Compares with fourth-order differences.
fn compare(name: &str, found: f64, along: impl Fn(f64) -> f64) {
    const STEP: f64 = 1e-3;
    let difference = |step: f64| (along(step) - along(-step)) / (2.0 * step);
    let expected = (4.0 * difference(STEP) - difference(2.0 * STEP)) / 3.0;
    let error = (found - expected).abs();
    let allowed = 1e-6 * found.abs().max(expected.abs()) + 1e-8;
    assert!(error <= allowed, "{name}: {found} by the pullback, {expected} by differences");
}

fn input() -> Tensor<3, f64> {
    let mut rng = StdRng::seed_from_u64(3);
    Tensor::from_vec([2], (0..6).map(|_| rng.random_range(-1.0..1.0)).collect())
}
