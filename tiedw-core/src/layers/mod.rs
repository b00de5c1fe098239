//! Layers: modules with a forward pass and a pullback, one file per layer.
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
mod apply;
mod attention_dropout;
mod batch_norm;
mod conv1d;
mod conv2d;
mod dropout;
mod embedding;
mod forward;
mod function;
mod gru;
mod layer;
mod layer_norm;
mod linear;
mod lstm;
mod module;
mod multi_head_attention;
mod pool;
mod positional_embedding;
mod residual;
mod rms_norm;
mod sequence;
mod view;

pub use activation::{
    Gelu, GeluTanh, GeluTanhView, GeluView, LogSoftmax, LogSoftmaxView, Relu, ReluView, Sigmoid, SigmoidView,
    Silu, SiluView, Softmax, SoftmaxView, Tanh, TanhView,
};
pub use batch_norm::{BatchNorm, BatchNormTies, BatchNormView, BatchStatistics};
pub use conv1d::{Conv1d, Conv1dTies, Conv1dView};
pub use conv2d::{Conv2d, Conv2dTies, Conv2dView};
pub use dropout::{Dropout, DropoutView, Evaluation, Randomness};
pub use embedding::{Embedding, EmbeddingTies, EmbeddingView};
pub use forward::Forward;
pub use gru::{Gru, GruTies, GruView};
pub use layer::Layer;
pub use layer_norm::{LayerNorm, LayerNormTies, LayerNormView};
pub use linear::{Linear, LinearTies, LinearView};
pub use lstm::{Lstm, LstmTies, LstmView};
pub use multi_head_attention::{MultiHeadAttention, MultiHeadAttentionTies, MultiHeadAttentionView};
pub use pool::{
    AvgPool2d, AvgPool2dView, Flatten, FlattenView, GlobalAvgPool2d, GlobalAvgPool2dView, MaxPool2d,
    MaxPool2dView,
};
pub use positional_embedding::{PositionalEmbedding, PositionalEmbeddingTies, PositionalEmbeddingView};
pub use residual::{Residual, ResidualTies, ResidualView};
pub use rms_norm::{RmsNorm, RmsNormTies, RmsNormView};

// Named only by generated code.
#[doc(hidden)]
pub use apply::{Apply, Feeds};

use module::layer_module;
use view::forward_by_methods;
