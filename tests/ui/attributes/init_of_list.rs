use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(init = normal(0.0, 1.0))]
    scales: Vec<Vector<4>>,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0));
}
