//! A network with every kind of tie and field, in addition to those of `tests/checkpoints/nets.rs`.

use tiedw::prelude::*;

#[path = "../checkpoints/nets.rs"]
mod plain;

pub(crate) use plain::numbered;
use plain::{Albert, LanguageModel, Seq2Seq, SharedWeightNet, TiedAutoencoder, init, seq2seq};

/// One of each network, with weights that are in no file.
pub(crate) struct Nets {
    pub(crate) shared_weights: SharedWeightNet,
    pub(crate) language_model: LanguageModel,
    pub(crate) autoencoder: TiedAutoencoder,
    pub(crate) albert: Albert,
    pub(crate) seq2seq: Seq2Seq,
    pub(crate) precise: WithElem<Linear<3, 2>, f64>,
    pub(crate) everything: Everything,
}

thread_local! {
    pub(crate) static NETS: Nets = Nets {
        shared_weights: init(),
        language_model: init(),
        autoencoder: init(),
        albert: init(),
        seq2seq: seq2seq(),
        precise: init(),
        everything: everything(),
    };
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Stage {
    fc: Linear<3, 2>,
    norm: BatchNorm<2>,
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Side {
    #[tie]
    table: Tied<Embedding<4, 3>>,
    own: Linear<2, 2>,
}

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Everything {
    embed: Embedding<4, 3>,
    #[tie(weight = embed.weight)]
    head: Linear<3, 4, Tied, NoBias>,
    #[tie(weight = head.weight.t())]
    back: Linear<4, 3, Tied>,
    square: Linear<2, 2>,
    #[tie(weight = square.weight.t())]
    mirror: Linear<2, 2, Tied, NoBias>,
    #[tie(weight = mirror.weight.t())]
    mirror_twice: Linear<2, 2, Tied>,
    stages: Vec<Stage>,
    maybe: Option<Stage>,
    absent: Option<Linear<2, 2>>,
    still: Frozen<Stage>,
    #[tie(still)]
    also_still: Option<Tied<Stage>>,
    pair: (Linear<2, 2>, BatchNorm<2>),
    list: [Linear<2, 2>; 3],
    #[tie(list[1])]
    rest: Vec<Tied<Linear<2, 2>>>,
    #[tie(table = embed)]
    sides: [Side; 2],
    filter: Conv2d<1, 2, 3>,
    #[tie(filter)]
    filter_again: Tied<Conv2d<1, 2, 3>>,
}

fn everything() -> Everything {
    Everything {
        embed: init(),
        head: init(),
        back: init(),
        square: init(),
        mirror: init(),
        mirror_twice: init(),
        stages: vec![init(), init()],
        maybe: Some(init()),
        absent: None,
        still: init(),
        also_still: Some(Tied::new()),
        pair: init(),
        list: init(),
        rest: vec![Tied::new(), Tied::new()],
        sides: init(),
        filter: init(),
        filter_again: Tied::new(),
    }
}
