use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[tie(weight = fc2.weight)]
    fc1: Linear<10, 10, Tied>,
    #[tie(weight = fc3.weight.t())]
    fc2: Linear<10, 10, Tied>,
    #[tie(fc1)]
    fc3: Tied<Linear<10, 10>>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
