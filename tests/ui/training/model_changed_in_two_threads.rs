use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn main() {
    let mut layer = Linear::<10, 5>::init(&mut StdRng::seed_from_u64(0));
    std::thread::scope(|scope| {
        scope.spawn(|| layer.weight[(0, 0)] = 1.0);
        scope.spawn(|| layer.weight[(0, 0)] = 2.0);
    });
}
