use tiedw::prelude::*;

use crate::check::{check_layer, random, randomized, rng};

#[test]
fn own() {
    let mut rng = rng();
    for leading in [&[1][..], &[4], &[2, 3]] {
        check_layer!(Linear::<3, 5, Own, Own, f64>::init(&mut rng), random(leading, &mut rng));
        check_layer!(Linear::<3, 5, Own, NoBias, f64>::init(&mut rng), random(leading, &mut rng));
        check_layer!(Linear::<1, 1, Own, Own, f64>::init(&mut rng), random(leading, &mut rng));
        check_layer!(Linear::<17, 33, Own, Own, f64>::init(&mut rng), random(leading, &mut rng));
    }
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Borrowed {
    owner: Linear<3, 3, Own, Own, f64>,
    #[tie(weight = owner.weight)]
    weight: Linear<3, 3, Tied, Own, f64>,
    #[tie(bias = owner.bias)]
    bias: Linear<3, 3, Own, Tied, f64>,
    #[tie(weight = owner.weight.t(), bias = bias.bias)]
    both: Linear<3, 3, Tied, Tied, f64>,
    #[tie(weight = bias.weight)]
    none: Linear<3, 3, Tied, NoBias, f64>,
}

#[test]
fn borrowed() {
    let mut rng = rng();
    for leading in [&[1][..], &[4], &[2, 3]] {
        check_layer!(randomized(Borrowed::init(&mut rng), &mut rng), random(leading, &mut rng));
    }
}
