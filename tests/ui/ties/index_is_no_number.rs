use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

const LAST: usize = 1;

#[derive(Module)]
struct Net {
    layers: [Linear<10, 10>; 2],
    #[tie(layers[LAST])]
    last: Tied<Linear<10, 10>>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
