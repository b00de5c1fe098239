//! Loss functions: from predictions and targets to a scalar, each with a pullback.
//!
//! `x_loss` is the mean of `x_losses`, which returns a loss for each element or each row: PyTorch's `reduction="none"`.
//!
//! ```
//! use tiedw_core::{Tensor, loss::{cross_entropy_loss, mse_loss}};
//!
//! let y = Tensor::<2>::from_vec([1], vec![0.0, 2.0]);
//! assert_eq!(mse_loss(&y, &Tensor::zeros([1])), 2.0);
//! assert!(cross_entropy_loss(&y, &[1]) < cross_entropy_loss(&y, &[0]));
//! ```

mod barlow_twins;
mod bce_with_logits;
mod classes;
mod columns;
mod contrastive;
mod cosine_embedding;
mod cross_entropy;
mod ctc;
mod gaussian_nll;
mod hinge_embedding;
mod huber;
mod info_nce;
mod kl_div;
mod l1;
mod margin_ranking;
mod mse;
mod nt_xent;
mod pointwise;
mod rows;
mod sigmoid_focal;
mod signs;
mod similarities;
mod smooth_l1;
mod soft_margin;
mod supervised_contrastive;
mod triplet_margin;
mod vicreg;

pub use barlow_twins::{barlow_twins_loss, barlow_twins_loss_vjp};
pub use bce_with_logits::{
    BceWithLogits, bce_with_logits_loss, bce_with_logits_loss_vjp, bce_with_logits_losses,
    bce_with_logits_losses_vjp,
};
pub use classes::Classes;
pub use contrastive::{contrastive_loss, contrastive_loss_vjp, contrastive_losses, contrastive_losses_vjp};
pub use cosine_embedding::{
    cosine_embedding_loss, cosine_embedding_loss_vjp, cosine_embedding_losses, cosine_embedding_losses_vjp,
};
pub use cross_entropy::{
    CrossEntropy, cross_entropy_loss, cross_entropy_loss_vjp, cross_entropy_losses, cross_entropy_losses_vjp,
    nll_loss, nll_loss_vjp, nll_losses, nll_losses_vjp, soft_cross_entropy_loss, soft_cross_entropy_loss_vjp,
    soft_cross_entropy_losses, soft_cross_entropy_losses_vjp,
};
pub use ctc::{Ctc, ctc_loss, ctc_loss_vjp, ctc_losses, ctc_losses_vjp};
pub use gaussian_nll::{
    gaussian_nll_loss, gaussian_nll_loss_vjp, gaussian_nll_losses, gaussian_nll_losses_vjp,
};
pub use hinge_embedding::{
    hinge_embedding_loss, hinge_embedding_loss_vjp, hinge_embedding_losses, hinge_embedding_losses_vjp,
};
pub use huber::{huber_loss, huber_loss_vjp, huber_losses, huber_losses_vjp};
pub use info_nce::{info_nce_loss, info_nce_loss_vjp, info_nce_losses, info_nce_losses_vjp};
pub use kl_div::{kl_div_loss, kl_div_loss_vjp, kl_div_losses, kl_div_losses_vjp};
pub use l1::{l1_loss, l1_loss_vjp, l1_losses, l1_losses_vjp};
pub use margin_ranking::{
    margin_ranking_loss, margin_ranking_loss_vjp, margin_ranking_losses, margin_ranking_losses_vjp,
};
pub use mse::{mse_loss, mse_loss_vjp, mse_losses, mse_losses_vjp};
pub use nt_xent::{nt_xent_loss, nt_xent_loss_vjp, nt_xent_losses, nt_xent_losses_vjp};
pub use sigmoid_focal::{
    sigmoid_focal_loss, sigmoid_focal_loss_vjp, sigmoid_focal_losses, sigmoid_focal_losses_vjp,
};
pub use smooth_l1::{smooth_l1_loss, smooth_l1_loss_vjp, smooth_l1_losses, smooth_l1_losses_vjp};
pub use soft_margin::{soft_margin_loss, soft_margin_loss_vjp, soft_margin_losses, soft_margin_losses_vjp};
pub use supervised_contrastive::{
    supervised_contrastive_loss, supervised_contrastive_loss_vjp, supervised_contrastive_losses,
    supervised_contrastive_losses_vjp,
};
pub use triplet_margin::{
    triplet_margin_loss, triplet_margin_loss_vjp, triplet_margin_losses, triplet_margin_losses_vjp,
};
pub use vicreg::{vicreg_loss, vicreg_loss_vjp};
