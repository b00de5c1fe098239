use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn main() {
    let layer = Linear::<10, 5>::init(&mut StdRng::seed_from_u64(0));
    let mut grads = layer.zeros_like();
    let (y, pullback) = layer.forward_vjp(&Tensor::zeros([1]));
    drop(layer);
    pullback(y, &mut grads, [false]);
}
