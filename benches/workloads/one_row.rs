//! Workload binf: the forward pass of the encoder of workload b on one row.

use tiedw::prelude::*;

use crate::random::{rng, uniform};
use crate::siamese::Encoder;

pub(crate) fn step() -> impl FnMut() -> Tensor<128> {
    let mut rng = rng();
    let net = Encoder::<512>::init(&mut rng);
    let x = uniform(1, 0.0, 1.0, &mut rng);
    move || net.forward(&x)
}
