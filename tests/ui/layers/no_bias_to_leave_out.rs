use tiedw::prelude::*;

struct Net {
    table: WithoutBias<Embedding<4, 4>>,
}

fn main() {}
