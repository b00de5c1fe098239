use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Encoder {
    #[tie]
    embed: Tied<Linear<10, 5>>,
    fc: Linear<5, 5>,
}

fn main() {
    let encoder = Encoder::init(&mut StdRng::seed_from_u64(0));
    encoder.view();
}
