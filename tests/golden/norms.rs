use tiedw::layers::{LayerNorm, RmsNorm};
use tiedw::prelude::*;

use crate::run::{check_layer, golden, rng};

#[test]
fn layer_norm() {
    check_layer!(golden!("norms", "layer_norm"), LayerNorm::<7>::init(&mut rng()));
    check_layer!(
        golden!("norms", "layer_norm_eps"),
        LayerNorm::<7> { eps: 0.3, ..LayerNorm::init(&mut rng()) }
    );
    check_layer!(golden!("norms", "layer_norm_no_bias"), LayerNorm::<7, Own, NoBias>::init(&mut rng()));
}

#[test]
fn rms_norm() {
    check_layer!(golden!("norms", "rms_norm"), RmsNorm::<7>::init(&mut rng()));
}
