use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<10, 5>,
    #[module(skipp)]
    name: String,
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    assert_eq!(net.view().name, "");
}
