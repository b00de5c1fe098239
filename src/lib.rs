#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub use tiedw_core::*;
// By its name, so that where the feature is off rustc says which.
#[cfg(feature = "safetensors")]
pub use tiedw_core::state;
pub use tiedw_macros::{Module, differentiable};

#[doc(hidden)]
pub use tiedw_core::__private;

/// What most programs need.
pub mod prelude {
    pub use tiedw_core::layers::{
        AvgPool2d, BatchNorm, BatchStatistics, Conv1d, Conv2d, Dropout, Embedding, Evaluation, Flatten,
        Forward, Gelu, GeluTanh, GlobalAvgPool2d, Gru, Layer, LayerNorm, Linear, LogSoftmax, Lstm, MaxPool2d,
        MultiHeadAttention, PositionalEmbedding, Randomness, Relu, Residual, RmsNorm, Sigmoid, Silu, Softmax,
        Tanh,
    };
    pub use tiedw_core::loss::*;
    pub use tiedw_core::optim::{
        Adam, AdamW, Constant, Cosine, ExponentialMovingAverage, Lion, OneCycle, RmsProp, Schedule, Sgd,
        StepDecay, clip_grad_norm, clip_grad_value,
    };
    #[cfg(feature = "serde")]
    pub use tiedw_core::state::StateDict;
    #[cfg(feature = "safetensors")]
    pub use tiedw_core::state::{Checkpoint, CheckpointError, LoadOptions, OptimizerCheckpoint};
    #[cfg(not(feature = "safetensors"))]
    pub use tiedw_core::without_safetensors::{Checkpoint as _, OptimizerCheckpoint as _};
    pub use tiedw_core::{
        AttentionMask, Closed, Element, Frozen, Ids, Init, Matrix, Module, NoBias, Own, Tensor, Tied, Vector,
        stop_gradient,
    };
    pub use tiedw_macros::{Module, differentiable};
}

/// The forms of ties, what has gone wrong with ties elsewhere, and when mistakes show.
#[doc = include_str!("../docs/ties.md")]
pub mod ties {}

/// The language of differentiable bodies.
#[doc = include_str!("../docs/bodies.md")]
pub mod bodies {}

/// How to write operations and layers.
#[doc = include_str!("../docs/operations.md")]
pub mod operations {}

/// Files of weights: saving, loading, and those of other programs.
#[cfg(feature = "safetensors")]
#[doc = include_str!("../docs/checkpoints.md")]
pub mod checkpoints {}

/// PyTorch's words beside those of this crate, and the limits.
#[doc = include_str!("../docs/from_pytorch.md")]
pub mod from_pytorch {}

/// The code that the macros write, for a tied pair.
#[doc = include_str!("../docs/generated.md")]
pub mod generated {}

/// What several ranks cost, and where they stop paying.
#[doc = include_str!("../docs/scaling.md")]
pub mod scaling {}

/// What a training step costs beside other frameworks, what bounds it, and what was tried.
#[doc = include_str!("../docs/performance.md")]
pub mod performance {}
