//! Forward mode and second derivatives of modules that are generic over their element type.

mod generated;
mod in_bodies;
mod uses;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// The step of central differences.
const STEP: f64 = 1e-5;

/// A module moved along a direction.
fn moved<M: Module<Elem = f64> + Clone>(net: &M, direction: &M, by: f64) -> M {
    let mut moved = net.clone();
    for (mut parameter, direction) in moved.parameters_mut().zip(direction.parameters()) {
        for (w, d) in parameter.as_mut_slice().iter_mut().zip(direction.as_slice()) {
            *w += by * d;
        }
    }
    moved
}

/// All parameters, one after the other.
fn flat<M: Module<Elem = f64>>(net: &M) -> Vec<f64> {
    net.parameters().flat_map(|parameter| parameter.as_slice().to_vec()).collect()
}

/// The derivative of `f` along a direction, by differences.
fn difference<M: Module<Elem = f64> + Clone>(net: &M, direction: &M, f: impl Fn(&M) -> Vec<f64>) -> Vec<f64> {
    let (after, before) = (f(&moved(net, direction, STEP)), f(&moved(net, direction, -STEP)));
    after.iter().zip(before).map(|(after, before)| (after - before) / (2.0 * STEP)).collect()
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-7 * expected.abs().max(1.0), "{found} instead of {expected}");
    }
    assert!(expected.iter().any(|&expected| expected != 0.0), "all derivatives are 0");
}
