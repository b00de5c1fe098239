//! The networks of `tests/golden/checkpoints/nets.py`.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::Path;
use tiedw::module::Kind;
use tiedw::prelude::*;

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct SharedWeightNet {
    pub(crate) fc1: Linear<3, 2>,
    #[tie(fc1)]
    pub(crate) fc2: Tied<Linear<3, 2>>,
}

#[differentiable]
impl SharedWeightNet {
    pub(crate) fn loss(&self, x: &Tensor<3>) -> f32 {
        (self.fc1.forward(x).tanh() * self.fc2.forward(x)).mean()
    }
}

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct LanguageModel {
    pub(crate) wte: Embedding<5, 3>,
    #[tie(weight = wte.weight)]
    lm_head: Linear<3, 5, Tied, NoBias>,
}

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct TiedAutoencoder {
    pub(crate) encoder: Linear<4, 2>,
    #[tie(weight = encoder.weight.t())]
    pub(crate) decoder: Linear<2, 4, Tied>,
}

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Block {
    fc: Linear<2, 2>,
    pub(crate) norm: BatchNorm<2>,
}

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Albert {
    pub(crate) last: Block,
    #[tie(last)]
    earlier: [Tied<Block>; 3],
}

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Encoder {
    #[tie]
    embed: Tied<Embedding<5, 3>>,
    layers: Vec<Linear<3, 3>>,
}

#[derive(Module, Clone, Debug, PartialEq)]
pub(crate) struct Seq2Seq {
    shared: Embedding<5, 3>,
    #[tie(embed = shared)]
    encoder: Encoder,
    #[tie(embed = shared)]
    decoder: Encoder,
    #[tie(weight = shared.weight)]
    head: Linear<3, 5, Tied, NoBias>,
}

pub(crate) fn seq2seq() -> Seq2Seq {
    let encoder = || Encoder { embed: Tied::new(), layers: vec![init(), init()] };
    Seq2Seq { shared: init(), encoder: encoder(), decoder: encoder(), head: init() }
}

/// Creates a module whose weights are in no file.
pub(crate) fn init<M: Init>() -> M {
    M::init(&mut StdRng::seed_from_u64(0))
}

/// Fills the parameters and buffers of the module with consecutive multiples of 1/8.
pub(crate) fn numbered<M: Module>(mut module: M) -> M {
    let mut next = 1..;
    let mut fill = |values: &mut [M::Elem]| {
        for (number, next) in values.iter_mut().zip(&mut next) {
            *number = M::Elem::from_f64(f64::from(next) / 8.0);
        }
    };
    module.visit_mut(Kind::Parameter, &mut Path::default(), &mut |_, mut parameter| {
        fill(parameter.as_mut_slice())
    });
    module.visit_mut(Kind::Buffer, &mut Path::default(), &mut |_, mut buffer| fill(buffer.as_mut_slice()));
    module
}
