//! Misspelt attributes and open ties, of types that cannot do without.

use tiedw::prelude::*;

#[derive(Module)]
struct Tied1 {
    a: Linear<4, 4>,
    #[tied(weight = a.weight)] //~ ERROR
    b: Linear<4, 4, Tied>,
}

#[derive(Module)]
struct Side {
    #[tie]
    embed: Embedding<8, 4, Tied>,
    fc: Linear<4, 4>,
}

#[derive(Module)]
struct Misspelt {
    table: Embedding<8, 4>,
    #[tie(embd.weight = table.weight)] //~ ERROR
    side: Side,
}

#[derive(Module)]
struct Unknown {
    table: Embedding<8, 4>,
    #[tie(head = table.weight)] //~ ERROR
    side: Side,
}

fn main() {}
