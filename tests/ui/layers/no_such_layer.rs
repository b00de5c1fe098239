use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<4, 4>,
    #[tie(fc1)]
    fc2: Tied<Linear<4, 4>>,
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    net.view().fc3.forward(&Tensor::zeros([1]));
}
