use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<10, 5>,
    fc2: WithElem<Linear<10, 5>, f64>,
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    net.parameters();
}
