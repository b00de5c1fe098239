//! Layers as functions of weights that are computed: normalised, masked, corrected, or the output of another network.
//!
//! Each function has a companion `_vjp`, as the operations of [`ops`](crate::ops) have. A weight has the axes of that of the layer,
//! so that its `tensor()` is one. For a weight `[O, I]`, [`matmul_t`](crate::Tensor::matmul_t) is a linear layer.
//!
//! ```
//! use tiedw_core::{Tensor, functional::rms_norm};
//!
//! let x = Tensor::<2>::from([[3.0, 3.0]]);
//! assert_eq!(rms_norm(&x, &Tensor::from([0.5, 2.0]), 0.0), Tensor::from([[0.5, 2.0]]));
//! ```

mod convolution;
mod embedding;
mod gru;
mod layer_norm;
mod lstm;
mod rms_norm;
mod weights;

pub use convolution::{conv1d, conv1d_vjp, conv2d, conv2d_vjp};
pub use embedding::{embedding, embedding_vjp};
pub use gru::{gru, gru_cell, gru_cell_vjp, gru_vjp};
pub use layer_norm::{layer_norm, layer_norm_vjp};
pub use lstm::{lstm, lstm_cell, lstm_cell_vjp, lstm_vjp};
pub use rms_norm::{rms_norm, rms_norm_vjp};
