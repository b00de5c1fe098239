use tiedw::prelude::*;

#[derive(Module)]
#[module(sequential)]
struct Net {
    fc: Linear<4, 4>,
    norm: BatchNorm<4>,
    act: Relu<4>,
}

fn main() {}
