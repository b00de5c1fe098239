use tiedw::layers::{AvgPool2d, BatchNorm, BatchStatistics, Conv1d, Conv2d, MaxPool2d};
use tiedw::prelude::*;

use crate::run::{check, check_layer, golden, input, rng};

#[test]
fn conv2d() {
    check_layer!(golden!("convolutions", "conv2d"), Conv2d::<3, 4, 3, 1, 1>::init(&mut rng()));
    check_layer!(
        golden!("convolutions", "conv2d_strided"),
        <WithoutBias<Conv2d<3, 4, 2, 2, 1>>>::init(&mut rng())
    );
    check_layer!(golden!("convolutions", "conv2d_pointwise"), Conv2d::<3, 4, 1>::init(&mut rng()));
}

#[test]
fn conv1d() {
    check_layer!(golden!("convolutions", "conv1d"), Conv1d::<3, 4, 3, 2, 2>::init(&mut rng()));
}

#[test]
fn pools() {
    check_layer!(golden!("convolutions", "max_pool2d"), MaxPool2d::<3, 3, 2, 1>::new(3));
    check_layer!(golden!("convolutions", "avg_pool2d"), AvgPool2d::<3, 3, 2, 1>::new(3));
}

#[test]
fn batch_norm() {
    let case = golden!("convolutions", "batch_norm");
    let x = case.tensor("x");
    check(&case, BatchNorm::<3>::init(&mut rng()), |norm, gradient, dy| {
        let (y, pullback) = norm.view().by_batch_vjp(&x, &mut BatchStatistics::default());
        let (dx, _) = pullback(dy, gradient.view_mut(), [true, false]);
        (y, vec![input("x", dx)])
    });
    let mut norm = BatchNorm::<3>::init(&mut rng());
    let mut statistics = BatchStatistics::default();
    norm.view().by_batch(&x, &mut statistics);
    norm.record(&mut statistics);
    for (name, ours) in [("running_mean", &norm.running_mean), ("running_var", &norm.running_var)] {
        case.at("running").at(name).check(ours.as_slice(), &[3], 1e-6);
    }
}

#[test]
fn batch_norm_eval() {
    let norm = BatchNorm::<3> {
        running_mean: tiedw::Vector::from_vec(vec![0.5, -1.0, 0.0]),
        running_var: tiedw::Vector::from_vec(vec![2.0, 0.3, 1.0]),
        ..BatchNorm::init(&mut rng())
    };
    check_layer!(golden!("convolutions", "batch_norm_eval"), norm);
}
