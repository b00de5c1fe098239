use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<4, 4>,
    #[tie(fc3)] //~
    fc2: Tied<Linear<4, 4>>,
    wide: Linear<4, 8>,
    #[tie(wide)] //~
    fc4: Tied<Linear<4, 4>>,
    #[tie(fc1)]
    fc5: Linear<4, 4>, //~
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    assert_eq!(net.view().fc4.weight[(0, 0)], net.fc1.weight[(0, 0)]);
}
