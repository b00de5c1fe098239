use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(residual = 2, parallel)]
struct Net {
    fc1: Linear<10, 5>,
    fc2: Linear<10, 2>,
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    net.forward(&Tensor::zeros([1]));
}
