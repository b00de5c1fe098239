use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
}

#[derive(Module)]
#[module(sequential)]
struct Net {
    first: Linear<4, 4>,
    second: Block,
}

fn main() {}
