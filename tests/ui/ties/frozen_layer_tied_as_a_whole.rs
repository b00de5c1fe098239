use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Frozen<Linear<10, 5>>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
