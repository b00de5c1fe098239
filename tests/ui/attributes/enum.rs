use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
enum Layer {
    Wide(Linear<10, 50>),
    Narrow(Linear<10, 5>),
}

fn main() {
    let layer = Layer::Wide(Linear::init(&mut StdRng::seed_from_u64(0)));
    assert_eq!(layer.num_parameters(), 550);
}
