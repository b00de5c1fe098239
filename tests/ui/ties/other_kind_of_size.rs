use tiedw::prelude::*;

#[derive(Module)]
struct Part<const N: usize> {
    fc: Linear<N, 4>,
}

#[derive(Module)]
struct Net {
    embed: Embedding<DYN, 4>,
    #[tie(weight = embed.weight)] //~
    head: Linear<4, 5, Tied>,
    #[tie(weight = embed.weight.fixed().t())] //~
    back: Linear<5, 4, Tied>,
    #[tie(weight = head.bias.fixed())] //~
    other: Linear<4, 5, Tied>,
    fc: Linear<DYN, 4>,
    #[tie(fc.fixed())] //~
    no_bias: Tied<Linear<3, 4, Own, NoBias>>,
    part: Part<DYN>,
    #[tie(part.fixed())] //~
    whole: Tied<Part<3>>,
}

fn main() {}
