use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn main() {
    let mut layer = Linear::<10, 5>::init(&mut StdRng::seed_from_u64(0));
    let grads = layer.zeros_like();
    std::thread::scope(|scope| {
        scope.spawn(|| layer.forward(&Tensor::zeros([1])));
        Sgd::new(0.1).step(&mut layer, &grads);
    });
}
