//! One set of weights under two names: the second field borrows the weights of the first.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module, Clone)]
#[module(parallel)]
pub(crate) struct SharedWeightNet {
    pub(crate) fc1: Linear<10, 5>,
    #[tie(fc1)]
    pub(crate) fc2: Tied<Linear<10, 5>>,
}

// Both are known at compile time.
const _: () = assert!(SharedWeightNet::NUM_PARAMETERS == 10 * 5 + 5);
const _: () = assert!(size_of::<SharedWeightNet>() == size_of::<Linear<10, 5>>());

pub(crate) fn run() {
    let mut net = SharedWeightNet::init(&mut StdRng::seed_from_u64(0));
    net.fc1.weight[(0, 0)] = 100.0;
    println!("fc1.weight[0, 0] is set to 100");
    println!("fc2.weight[0, 0] is {} too", net.view().fc2.weight[(0, 0)]);
    assert_eq!(net.view().fc2.weight[(0, 0)], 100.0);

    let view = net.view();
    assert!(std::ptr::eq(&view.fc1.weight[(0, 0)], &view.fc2.weight[(0, 0)]), "one place in memory");

    println!("parameters: {}, half of two separate layers", SharedWeightNet::NUM_PARAMETERS);
    let bytes: usize = net.parameters().map(|parameter| size_of_val(parameter.as_slice())).sum();
    println!("bytes of weights: {bytes}, half of two separate layers");
    assert_eq!(bytes, 55 * size_of::<f32>());
    for (name, parameter) in net.named_parameters() {
        println!("  {name} {:?}", parameter.shape());
    }
    for (field, source) in SharedWeightNet::SPEC.ties() {
        println!("  {field} is tied to {source}");
    }

    let x = Tensor::full([1], 1.0);
    let (y1, y2) = net.forward(&x);
    println!("both layers map the same input to the same output: {}", y1 == y2);
    assert_eq!(y1, y2);

    // A clone owns new weights, and is tied like the original.
    let mut copy = net.clone();
    copy.fc1.weight[(0, 0)] = 7.0;
    assert_eq!((copy.view().fc2.weight[(0, 0)], net.view().fc2.weight[(0, 0)]), (7.0, 100.0));
    println!("a clone is tied too, to its own weights");
}
