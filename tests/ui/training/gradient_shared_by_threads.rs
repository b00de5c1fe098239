use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn main() {
    let layer = Linear::<10, 5>::init(&mut StdRng::seed_from_u64(0));
    let mut grads = layer.zeros_like();
    std::thread::scope(|scope| {
        let view = grads.view_mut();
        scope.spawn(move || view.bias.add(0, 1.0));
    });
}
