use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(residual)] //~
struct Net {
    fc1: Linear<10, 5>,
    #[tie(fc3)] //~
    fc2: Tied<Linear<10, 5>>,
    #[tie(weight = fc1.weight.transpose())] //~
    fc4: Linear<5, 10, Tied>,
    #[tie(weight = fc1.weight)] //~
    fc5: Linear<5, 10, Tied>,
    #[module(skip)]
    #[tie(fc1)] //~
    fc6: Tied<Linear<10, 5>>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
