//! The models of the tests, which are never constructed: everything is read from their types.
#![allow(dead_code, reason = "only the registration is read")]

use tiedw::Filter2d;
use tiedw::prelude::*;

#[derive(Module)]
#[module(parallel)]
pub(crate) struct SharedWeightNet {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}

#[derive(Module)]
pub(crate) struct TiedAutoencoder {
    encoder: Linear<784, 64>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<64, 784, Tied>,
}

#[derive(Module)]
pub(crate) struct EncoderLayer<const D: usize> {
    query: Linear<D, D>,
    norm: LayerNorm<D>,
}

#[derive(Module)]
pub(crate) struct Encoder<const V: usize, const D: usize> {
    #[tie]
    embed: Tied<Embedding<V, D>>,
    layers: [EncoderLayer<D>; 2],
}

#[derive(Module)]
pub(crate) struct Seq2Seq<const V: usize, const D: usize> {
    shared: Embedding<V, D>,
    #[tie(embed = shared)]
    encoder: Encoder<V, D>,
    #[tie(embed = shared)]
    decoder: Encoder<V, D>,
    #[tie(weight = shared.weight)]
    head: Linear<D, V, Tied, NoBias>,
}

#[derive(Module)]
pub(crate) struct Albert<const D: usize> {
    first: EncoderLayer<D>,
    #[tie(first)]
    rest: [Tied<EncoderLayer<D>>; 11],
}

/// A module whose keys are its queries, transposed.
#[derive(Module)]
pub(crate) struct SelfTied {
    query: Linear<4, 4>,
    #[tie(weight = query.weight.t())]
    key: Linear<4, 4, Tied, NoBias>,
}

/// Parts whose number is only known at run time.
#[derive(Module)]
pub(crate) struct Deep {
    blocks: Vec<SelfTied>,
    norm: Option<BatchNorm<4>>,
    twin_norm: BatchNorm<4>,
    #[tie(twin_norm)]
    other_norm: Option<Tied<BatchNorm<4>>>,
    pair: (Frozen<Linear<4, 4>>, Vector<4>),
    #[tie(weight = blocks[1].query.weight)]
    head: Linear<4, 4, Tied, NoBias>,
    #[tie(pair)]
    twins: Vec<(Tied<Frozen<Linear<4, 4>>>, Tied<Vector<4>>)>,
    kernels: [[Filter2d<64, 3, 3, 32>; 2]; 3],
}

/// Unrealistically long names in deep nesting.
#[derive(Module)]
pub(crate) struct AModelWhoseNameIsLongerThanAnyTableHasRoomForAndThenSomeMoreToBeSureOfItAtEightyColumns {
    the_first_of_two_towers_that_look_at_the_same_picture: Outer,
    #[tie(the_first_of_two_towers_that_look_at_the_same_picture.a_part_with_a_long_name.projection)]
    the_projection_of_the_other_tower_of_the_same_picture: Tied<Linear<1000, 1000>>,
}

#[derive(Module)]
pub(crate) struct Outer {
    a_part_with_a_long_name: Inner,
}

#[derive(Module)]
pub(crate) struct Inner {
    projection: Linear<1000, 1000>,
}
