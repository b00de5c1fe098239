//! Two fields with separate weights: an edit of one does not change the other.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(parallel)]
pub(crate) struct SeparateWeightNet {
    fc1: Linear<10, 5>,
    fc2: Linear<10, 5>,
}

pub(crate) fn run() {
    let mut net = SeparateWeightNet::init(&mut StdRng::seed_from_u64(0));
    let before = net.fc2.weight[(0, 0)];
    net.fc1.weight[(0, 0)] = 100.0;
    println!("fc1.weight[0, 0] is set to 100");
    println!("fc2.weight[0, 0] stays at {before:.4}");
    assert_eq!(net.fc2.weight[(0, 0)], before);

    println!("parameters: {}", SeparateWeightNet::NUM_PARAMETERS);
    assert_eq!(SeparateWeightNet::NUM_PARAMETERS, 2 * (10 * 5 + 5));
    for (name, parameter) in net.named_parameters() {
        println!("  {name} {:?}", parameter.shape());
    }
}
