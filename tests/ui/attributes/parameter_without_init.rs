use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    scale: Vector<4>,
    layer: Linear<4, 4>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0));
}
