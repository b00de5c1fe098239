#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub use tiedw_core::*;
pub use tiedw_macros::{Module, differentiable};

#[doc(hidden)]
pub use tiedw_core::{__private, __ties};

/// What most programs need.
pub mod prelude {
    pub use tiedw_core::layers::{
        Dropout, Embedding, Evaluation, Forward, Layer, LayerNorm, Linear, MultiHeadAttention,
        PositionalEmbedding, Randomness, RmsNorm,
    };
    pub use tiedw_core::loss::*;
    pub use tiedw_core::optim::{Adam, Sgd};
    pub use tiedw_core::{
        AttentionMask, Closed, Element, Frozen, Ids, Init, Matrix, Module, NoBias, Own, Tensor, Tied, Vector,
        stop_gradient,
    };
    pub use tiedw_macros::{Module, differentiable};
}
