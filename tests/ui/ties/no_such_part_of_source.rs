use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<10, 5>,
    #[tie(weight = fc1.wieght)]
    fc2: Linear<10, 5, Tied>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
