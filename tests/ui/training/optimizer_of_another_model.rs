use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn main() {
    let rng = &mut StdRng::seed_from_u64(0);
    let (mut small, mut large) = (Linear::<10, 5>::init(rng), Linear::<10, 50>::init(rng));
    let mut adam = Adam::new(0.1);
    adam.step(&mut small, &small.zeros_like());
    adam.step(&mut large, &large.zeros_like());
}
