//! Layers: modules with a forward pass and a pullback, one file per layer.
//!
//! A type names the sizes of a layer first, then what is seldom changed: the storage of its weights ([`Own`](crate::Own) or
//! [`Tied`](crate::Tied)), that of its bias, and the element type. [`WithoutBias`] and [`WithElem`] change one of these by
//! name.
//!
//! ```
//! use rand::{SeedableRng, rngs::StdRng};
//! use tiedw_core::layers::{Layer, Linear, Relu};
//! use tiedw_core::{Init, Module, Tensor};
//!
//! type Mlp = (Linear<3, 8>, Relu<8>, Linear<8, 2>);
//! let (hidden, relu, head) = Mlp::init(&mut StdRng::seed_from_u64(0));
//! let y = head.forward(&relu.forward(&hidden.forward(&Tensor::zeros([5]))));
//! assert_eq!(y.shape(), [5, 2]);
//! assert_eq!(Mlp::NUM_PARAMETERS, 3 * 8 + 8 + 8 * 2 + 2);
//! ```

mod activation;
mod attention;
mod convolution;
mod data_stand_in;
mod dropout;
mod embedding;
mod forward;
mod layer;
mod linear;
mod norm;
mod pooling;
mod positional_embedding;
mod prelu;
mod recurrent;
mod residual;
mod stand_in;
mod support;

pub use activation::{
    Gelu, GeluTanh, GeluTanhView, GeluView, LogSoftmax, LogSoftmaxView, Relu, ReluView, Sigmoid, SigmoidView,
    Silu, SiluView, Softmax, SoftmaxView, Tanh, TanhView,
};
pub use attention::{MultiHeadAttention, MultiHeadAttentionTies, MultiHeadAttentionView, Projections};
pub(crate) use convolution::sizes as convolution_sizes;
pub use convolution::{Conv1d, Conv1dTies, Conv1dView, Conv2d, Conv2dTies, Conv2dView};
pub use dropout::{Dropout, DropoutView, Evaluation, Randomness};
pub use embedding::{Embedding, EmbeddingTies, EmbeddingView};
pub use forward::Forward;
pub use layer::Layer;
pub use linear::{Linear, LinearTies, LinearView};
pub use norm::{
    BatchNorm, BatchNormTies, BatchNormView, BatchStatistics, GroupNorm, GroupNormTies, GroupNormView,
    InstanceNorm, InstanceNormView, LayerNorm, LayerNormTies, LayerNormView, RmsNorm, RmsNormTies,
    RmsNormView,
};
pub use pooling::{
    AvgPool2d, AvgPool2dView, Flatten, FlattenView, GlobalAvgPool2d, GlobalAvgPool2dView, MaxPool2d,
    MaxPool2dView,
};
pub use positional_embedding::{PositionalEmbedding, PositionalEmbeddingTies, PositionalEmbeddingView};
pub use prelu::{PRelu, PReluTies, PReluView};
pub use recurrent::{Gru, GruTies, GruView, Lstm, LstmTies, LstmView};
pub use residual::{Residual, ResidualTies, ResidualView};
pub use support::{BiasVariants, ElemVariants, WithElem, WithoutBias};

// Named only by generated code.
#[doc(hidden)]
pub use data_stand_in::DataStandIn;
pub use stand_in::{StandIn, StandInView};
#[doc(hidden)]
pub use support::{Apply, Feeds, KeepRandom};
