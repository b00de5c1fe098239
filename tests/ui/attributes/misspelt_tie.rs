use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<4, 4>,
    #[ties(fc1)]
    fc2: Linear<4, 4>,
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    assert_eq!(net.view().fc2.weight[(0, 0)], net.fc1.weight[(0, 0)]);
}
