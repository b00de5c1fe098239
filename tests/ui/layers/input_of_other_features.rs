use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn main() {
    let layer = Linear::<10, 5>::init(&mut StdRng::seed_from_u64(0));
    layer.forward(&Tensor::<12>::zeros([1]));
}
