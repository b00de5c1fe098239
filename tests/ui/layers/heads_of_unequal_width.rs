use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    norm: LayerNorm<8>,
    attention: MultiHeadAttention<8, 3>,
}

fn main() {}
