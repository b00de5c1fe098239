use tiedw::prelude::*;

use crate::run::{check_layer, golden, rng};

#[test]
fn layer_norm() {
    check_layer!(golden!("norms", "layer_norm"), LayerNorm::<7>::init(&mut rng()));
    check_layer!(
        golden!("norms", "layer_norm_eps"),
        LayerNorm::<7> { eps: 0.3, ..LayerNorm::init(&mut rng()) }
    );
    check_layer!(golden!("norms", "layer_norm_no_bias"), <WithoutBias<LayerNorm<7>>>::init(&mut rng()));
}

#[test]
fn rms_norm() {
    check_layer!(golden!("norms", "rms_norm"), RmsNorm::<7>::init(&mut rng()));
}

#[test]
fn group_norm() {
    check_layer!(golden!("group_norms", "group_norm"), GroupNorm::<3, 6>::init(&mut rng()));
    check_layer!(
        golden!("group_norms", "group_norm_eps"),
        GroupNorm::<2, 6> { eps: 0.3, ..GroupNorm::init(&mut rng()) }
    );
    check_layer!(golden!("group_norms", "group_norm_of_rows"), GroupNorm::<2, 6>::init(&mut rng()));
    check_layer!(golden!("group_norms", "one_group"), GroupNorm::<1, 6>::init(&mut rng()));
    check_layer!(golden!("group_norms", "group_per_channel"), GroupNorm::<6, 6>::init(&mut rng()));
}

#[test]
fn instance_norm() {
    check_layer!(golden!("group_norms", "instance_norm"), InstanceNorm::<6>::init(&mut rng()));
    check_layer!(golden!("group_norms", "instance_norm_eps"), InstanceNorm::<6> { eps: 0.3 });
}
