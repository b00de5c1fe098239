//! Losses: from predictions and targets to one number, each beside its pullback.

mod bce_with_logits;
mod contrastive;
mod cross_entropy;
mod mse;

pub use bce_with_logits::{bce_with_logits_loss, bce_with_logits_loss_vjp};
pub use contrastive::{contrastive_loss, contrastive_loss_vjp};
pub use cross_entropy::{cross_entropy_loss, cross_entropy_loss_vjp};
pub use mse::{mse_loss, mse_loss_vjp};
