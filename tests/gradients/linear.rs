use tiedw::prelude::*;

use crate::check::{check_layer, check_net, random, randomized, rng};

#[test]
fn own() {
    let mut rng = rng();
    for leading in [&[1][..], &[4], &[2, 3]] {
        check_layer!(<WithElem<Linear<3, 5>, f64>>::init(&mut rng), random(leading, &mut rng));
        check_layer!(<WithElem<WithoutBias<Linear<3, 5>>, f64>>::init(&mut rng), random(leading, &mut rng));
        check_layer!(<WithElem<Linear<1, 1>, f64>>::init(&mut rng), random(leading, &mut rng));
        check_layer!(<WithElem<Linear<17, 33>, f64>>::init(&mut rng), random(leading, &mut rng));
    }
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Borrowed {
    owner: WithElem<Linear<3, 3>, f64>,
    #[tie(weight = owner.weight)]
    weight: WithElem<Linear<3, 3, Tied>, f64>,
    #[tie(bias = owner.bias)]
    bias: WithElem<Linear<3, 3, Own, Tied>, f64>,
    #[tie(weight = owner.weight.t(), bias = bias.bias)]
    both: WithElem<Linear<3, 3, Tied, Tied>, f64>,
    #[tie(weight = bias.weight)]
    none: WithElem<Linear<3, 3, Tied, NoBias>, f64>,
}

#[test]
fn borrowed() {
    let mut rng = rng();
    for leading in [&[1][..], &[4], &[2, 3]] {
        check_net!(randomized(Borrowed::init(&mut rng), &mut rng), random(leading, &mut rng));
    }
}
