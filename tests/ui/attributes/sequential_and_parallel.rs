use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(sequential, parallel)]
struct Net {
    fc1: Linear<10, 10>,
    fc2: Linear<10, 10>,
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    net.forward(&Tensor::zeros([1]));
}
