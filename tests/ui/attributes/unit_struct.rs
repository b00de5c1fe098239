use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Net;

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
