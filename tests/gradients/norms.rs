use tiedw::layers::{LayerNorm, RmsNorm};
use tiedw::prelude::*;

use crate::check::{check_layer, random, randomized, rng};

#[test]
fn layer_norm() {
    let mut rng = rng();
    check_layer!(
        randomized(LayerNorm::<5, Own, Own, f64>::init(&mut rng), &mut rng),
        random(&[3, 2], &mut rng)
    );
    check_layer!(randomized(LayerNorm::<1, Own, Own, f64>::init(&mut rng), &mut rng), random(&[1], &mut rng));
    check_layer!(
        randomized(LayerNorm::<37, Own, Own, f64>::init(&mut rng), &mut rng),
        random(&[3], &mut rng)
    );
    check_layer!(
        randomized(LayerNorm::<6, Own, NoBias, f64>::init(&mut rng), &mut rng),
        random(&[2], &mut rng)
    );
}

#[test]
fn rms_norm() {
    let mut rng = rng();
    check_layer!(randomized(RmsNorm::<5, Own, f64>::init(&mut rng), &mut rng), random(&[3, 2], &mut rng));
    check_layer!(randomized(RmsNorm::<1, Own, f64>::init(&mut rng), &mut rng), random(&[1], &mut rng));
    check_layer!(randomized(RmsNorm::<37, Own, f64>::init(&mut rng), &mut rng), random(&[3], &mut rng));
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Twice {
    first: LayerNorm<3, Own, Own, f64>,
    hidden: Linear<3, 3, Own, Own, f64>,
    #[tie(weight = first.weight)]
    second: LayerNorm<3, Tied, Own, f64>,
    #[tie(first)]
    third: Tied<LayerNorm<3, Own, Own, f64>>,
}

#[test]
fn tied_norms() {
    let mut rng = rng();
    let mut net = randomized(Twice::init(&mut rng), &mut rng);
    net.first.eps = 0.5;
    assert_eq!(net.view().third.eps, 0.5, "the setting is the owner's");
    check_layer!(net, random(&[4], &mut rng));
}

#[test]
fn nan_stays_in_its_row() {
    let mut x = random::<5>(&[3], &mut rng());
    x.as_mut_slice()[7] = f64::NAN;
    for y in [
        LayerNorm::<5, Own, Own, f64>::init(&mut rng()).forward(&x),
        RmsNorm::<5, Own, f64>::init(&mut rng()).forward(&x),
        x.normalize(),
        x.softmax(),
    ] {
        let rows: Vec<bool> = y.as_slice().chunks(5).map(|row| row.iter().all(|y| y.is_nan())).collect();
        assert_eq!(rows, [false, true, false]);
        assert!(y.as_slice().iter().filter(|y| y.is_nan()).count() == 5);
    }
}
