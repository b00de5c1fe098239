use tiedw::prelude::*;

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
    whole: Tied<Linear<3, 4>>,
}

fn main() {}
