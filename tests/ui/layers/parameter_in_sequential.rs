use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(sequential)]
struct Net {
    fc1: Linear<4, 4>,
    scale: Vector<4>,
    fc2: Linear<4, 4>,
}

fn main() {
    let fc = Linear::init(&mut StdRng::seed_from_u64(0));
    let net = Net { fc1: fc.clone(), scale: Vector::zeros(), fc2: fc };
    assert_eq!(net.forward(&Tensor::zeros([1])).rows(), 1);
}
