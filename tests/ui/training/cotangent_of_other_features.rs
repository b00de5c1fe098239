use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn main() {
    let layer = Linear::<4, 2>::init(&mut StdRng::seed_from_u64(0));
    let (_, pullback) = layer.forward_vjp(&Tensor::zeros([1]));
    pullback(Tensor::<4>::zeros([1]), &mut layer.zeros_like(), [false]);
}
