use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(parallel)]
struct Net {
    fc1: Linear<10, 5>,
    #[module(skip)]
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    net.forward(&Tensor::zeros([1]));
}
