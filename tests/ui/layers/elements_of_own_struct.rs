use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    layer: Linear<2, 2>,
}

struct Net {
    block: WithElem<Block, f64>,
}

fn main() {}
