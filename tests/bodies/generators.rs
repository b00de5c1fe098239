//! Random number generators that a body makes, beside closures and in checkpoints: they have no `Clone`.

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::number_agrees;

mod elsewhere {
    use rand::{Rng, RngExt};
    use tiedw::prelude::*;

    #[differentiable]
    pub(super) fn applied(x: f64, f: impl Fn(f64) -> f64) -> f64 {
        f(x)
    }

    #[differentiable]
    pub(super) fn noisy(x: f64, f: impl Fn(f64) -> f64, rng: &mut impl Rng) -> f64 {
        let k: f64 = rng.random_range(0.5..1.0);
        f(x) * k
    }
}

#[differentiable]
fn beside_a_closure(x: f64) -> f64 {
    let mut rng = StdRng::seed_from_u64(3);
    let k: f64 = rng.random_range(0.5..1.0);
    let y = elsewhere::applied(x, |t| t * x * k);
    let l: f64 = rng.random_range(0.5..1.0);
    y * l
}

#[differentiable]
fn in_a_checkpoint(x: f64) -> f64 {
    let mut rng = StdRng::seed_from_u64(3);
    let mut h = x;
    #[checkpoint]
    for _ in 0..3 {
        let k: f64 = rng.random_range(0.5..1.0);
        h = (h * k).sin();
    }
    let k: f64 = rng.random_range(0.5..1.0);
    h * k
}

#[differentiable]
fn passed_on(x: f64) -> f64 {
    let mut rng = StdRng::seed_from_u64(3);
    let a = elsewhere::noisy(x, |t| t * x, &mut rng);
    let b = elsewhere::noisy(a, |t| t.sin() * x, &mut rng);
    #[checkpoint]
    let c = elsewhere::noisy(b, |t| t.sin(), &mut rng) * rng.random_range(0.5..1.0);
    c * rng.random_range(0.5..1.0)
}

#[test]
fn gradients_agree() {
    number_agrees!(beside_a_closure beside_a_closure_vjp, in_a_checkpoint in_a_checkpoint_vjp, passed_on passed_on_vjp);
}
