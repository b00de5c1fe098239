//! Loss functions: from predictions and targets to a scalar, each with a pullback.
//!
//! ```
//! use tiedw_core::{Tensor, loss::{cross_entropy_loss, mse_loss}};
//!
//! let y = Tensor::<2>::from_vec([1], vec![0.0, 2.0]);
//! assert_eq!(mse_loss(&y, &Tensor::zeros([1])), 2.0);
//! assert!(cross_entropy_loss(&y, &[1]) < cross_entropy_loss(&y, &[0]));
//! ```

mod bce_with_logits;
mod classes;
mod contrastive;
mod cosine_embedding;
mod cross_entropy;
mod huber;
mod info_nce;
mod l1;
mod mse;
mod rows;
mod triplet_margin;

pub use bce_with_logits::{bce_with_logits_loss, bce_with_logits_loss_vjp};
pub use classes::Classes;
pub use contrastive::{contrastive_loss, contrastive_loss_vjp};
pub use cosine_embedding::{cosine_embedding_loss, cosine_embedding_loss_vjp};
pub use cross_entropy::{CrossEntropy, cross_entropy_loss, cross_entropy_loss_vjp};
pub use huber::{huber_loss, huber_loss_vjp};
pub use info_nce::{info_nce_loss, info_nce_loss_vjp};
pub use l1::{l1_loss, l1_loss_vjp};
pub use mse::{mse_loss, mse_loss_vjp};
pub use triplet_margin::{triplet_margin_loss, triplet_margin_loss_vjp};
