//! Layers: modules with a forward pass and its pullback, one file a layer.

mod apply;
mod dropout;
mod embedding;
mod forward;
mod layer;
mod layer_norm;
mod linear;
mod module;
mod multi_head_attention;
mod positional_embedding;
mod rms_norm;
mod view;

pub use apply::{Apply, Feeds};
pub use dropout::{Dropout, DropoutView, Evaluation, Randomness};
pub use embedding::{Embedding, EmbeddingTies, EmbeddingView};
pub use forward::Forward;
pub use layer::Layer;
pub use layer_norm::{LayerNorm, LayerNormTies, LayerNormView};
pub use linear::{Linear, LinearTies, LinearView};
pub use multi_head_attention::{MultiHeadAttention, MultiHeadAttentionTies, MultiHeadAttentionView};
pub use positional_embedding::{PositionalEmbedding, PositionalEmbeddingTies, PositionalEmbeddingView};
pub use rms_norm::{RmsNorm, RmsNormTies, RmsNormView};

use module::layer_module;
use view::forward_by_methods;
