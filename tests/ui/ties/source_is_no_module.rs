use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
#[module(parallel)]
struct Net {
    #[module(skip)]
    name: String,
    fc1: Linear<10, 5>,
    #[tie(name)]
    fc2: Tied<Linear<10, 5>>,
}

fn main() {
    let net = Net { name: "net".into(), fc1: Linear::init(&mut StdRng::seed_from_u64(0)), fc2: Tied::new() };
    net.forward(&Tensor::zeros([1]));
}
