//! Attention.

mod dropout;
mod multi_head_attention;
mod projections;

pub use multi_head_attention::{MultiHeadAttention, MultiHeadAttentionTies, MultiHeadAttentionView};
pub use projections::Projections;
