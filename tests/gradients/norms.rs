use tiedw::prelude::*;

use crate::check::{check_layer, check_net, random, randomized, rng};

#[test]
fn layer_norm() {
    let mut rng = rng();
    check_layer!(
        randomized(<WithElem<LayerNorm<5>, f64>>::init(&mut rng), &mut rng),
        random(&[3, 2], &mut rng)
    );
    check_layer!(randomized(<WithElem<LayerNorm<1>, f64>>::init(&mut rng), &mut rng), random(&[1], &mut rng));
    check_layer!(
        randomized(<WithElem<LayerNorm<37>, f64>>::init(&mut rng), &mut rng),
        random(&[3], &mut rng)
    );
    check_layer!(
        randomized(<WithElem<WithoutBias<LayerNorm<6>>, f64>>::init(&mut rng), &mut rng),
        random(&[2], &mut rng)
    );
}

#[test]
fn rms_norm() {
    let mut rng = rng();
    check_layer!(
        randomized(<WithElem<RmsNorm<5>, f64>>::init(&mut rng), &mut rng),
        random(&[3, 2], &mut rng)
    );
    check_layer!(randomized(<WithElem<RmsNorm<1>, f64>>::init(&mut rng), &mut rng), random(&[1], &mut rng));
    check_layer!(randomized(<WithElem<RmsNorm<37>, f64>>::init(&mut rng), &mut rng), random(&[3], &mut rng));
}

#[test]
fn group_norm() {
    let mut rng = rng();
    for leading in [&[2, 3, 2][..], &[3], &[]] {
        check_layer!(
            randomized(<WithElem<GroupNorm<2, 6>, f64>>::init(&mut rng), &mut rng),
            random(leading, &mut rng)
        );
        check_layer!(
            randomized(<WithElem<WithoutBias<GroupNorm<3, 6>>, f64>>::init(&mut rng), &mut rng),
            random(leading, &mut rng)
        );
    }
}

#[test]
fn instance_norm() {
    let mut rng = rng();
    check_layer!(<WithElem<InstanceNorm<3>, f64>>::init(&mut rng), random(&[2, 3, 2], &mut rng));
}

#[test]
#[should_panic(expected = "expected more than 1 position")]
fn instance_norm_of_one_position() {
    InstanceNorm::<3>::init(&mut rng()).forward(&Tensor::zeros([2, 1]));
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Twice {
    first: WithElem<LayerNorm<3>, f64>,
    hidden: WithElem<Linear<3, 3>, f64>,
    #[tie(weight = first.weight)]
    second: WithElem<LayerNorm<3, Tied>, f64>,
    #[tie(first)]
    third: Tied<WithElem<LayerNorm<3>, f64>>,
}

#[test]
fn tied_norms() {
    let mut rng = rng();
    let mut net = randomized(Twice::init(&mut rng), &mut rng);
    net.first.eps = 0.5;
    assert_eq!(net.view().third.eps, 0.5, "the setting is the owner's");
    check_net!(net, random(&[4], &mut rng));
}

#[test]
fn nan_stays_in_its_row() {
    let mut x = random::<5>(&[3], &mut rng());
    x.as_mut_slice()[7] = f64::NAN;
    for y in [
        <WithElem<LayerNorm<5>, f64>>::init(&mut rng()).forward(&x),
        <WithElem<RmsNorm<5>, f64>>::init(&mut rng()).forward(&x),
        x.normalize(),
        x.softmax(),
    ] {
        let rows: Vec<bool> = y.as_slice().chunks(5).map(|row| row.iter().all(|y| y.is_nan())).collect();
        assert_eq!(rows, [false, true, false]);
        assert!(y.as_slice().iter().filter(|y| y.is_nan()).count() == 5);
    }
}
