use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(parallel)]
struct Net {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}

#[derive(Module)]
#[module(parallel)]
struct Separate {
    fc1: Linear<10, 5>,
    fc2: Linear<10, 5>,
}

fn main() {
    let mut net = Net::init(&mut StdRng::seed_from_u64(0));
    let grads = Separate::init(&mut StdRng::seed_from_u64(0)).zeros_like();
    Sgd::new(0.1).step(&mut net, &grads);
}
