use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module]
struct Net {
    fc1: Linear<10, 10>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
