use tiedw::prelude::*;

#[derive(Module)]
struct Part<const N: usize> {
    fc: Linear<N, 4>,
    #[module(skip)]
    names: Vec<String>,
}

#[derive(Module)]
struct Outer<const N: usize> {
    part: Part<N>,
}

#[derive(Module)]
struct Wrapper<M: Module, const N: usize> {
    fc: Linear<N, 4>,
    other: M,
}

#[derive(Module)]
struct Blocks<const N: usize, const LEN: usize> {
    blocks: [Linear<N, 4>; LEN],
}

#[derive(Module)]
struct Fits<const N: usize> {
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
    outer: Outer<DYN>,
    #[tie(outer.fixed())] //~
    whole_outer: Tied<Outer<3>>,
    wrapper: Wrapper<Linear<4, 4>, DYN>,
    #[tie(wrapper.fixed())] //~
    whole_wrapper: Tied<Wrapper<Linear<4, 4>, 3>>,
    blocks: Blocks<DYN, 2>,
    #[tie(blocks.fixed())] //~
    whole_blocks: Tied<Blocks<3, 4>>,
    #[tie(blocks.fixed())] //~
    of_other_name: Tied<Fits<3>>,
    fits: Fits<DYN>,
    #[tie(fits)] //~
    not_fixed: Tied<Fits<3>>,
}

fn main() {}
