use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Half {
    #[tie]
    borrowed: Tied<Linear<10, 10>>,
    own: Linear<10, 10>,
}

#[derive(Module)]
struct Net {
    #[tie(borrowed = right.own)]
    left: Half,
    #[tie(borrowed = left.own)]
    right: Half,
}

fn main() {
    Net::init(&mut StdRng::seed_from_u64(0)).view();
}
