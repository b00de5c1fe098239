use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[tie(fc1)]
struct Net {
    fc1: Linear<10, 5>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
