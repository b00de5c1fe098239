use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    layer: Linear<10, 10>,
    #[tie(layer[0])]
    last: Tied<Linear<10, 10>>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
