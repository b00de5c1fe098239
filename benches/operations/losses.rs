//! Losses. The target carries no gradient.

use tiedw::prelude::*;

use crate::cases::{Cases, functions};
use crate::operands::Operands;

pub(crate) fn add(cases: &mut Cases, o: &'static Operands) {
    functions! { cases:
        "mse_loss": mse_loss, mse_loss_vjp, (&o.x, &o.y) [true, false];
        "l1_loss": l1_loss, l1_loss_vjp, (&o.x, &o.y) [true, false];
        "huber_loss": huber_loss, huber_loss_vjp, (&o.x, &o.y, 1.0) [true, false, false];
        "smooth_l1_loss": smooth_l1_loss, smooth_l1_loss_vjp, (&o.x, &o.y, 0.5) [true, false, false];
        "gaussian_nll_loss": gaussian_nll_loss, gaussian_nll_loss_vjp, (&o.x, &o.y, &o.unit) [true, false, true];
        "bce_with_logits_loss": bce_with_logits_loss, bce_with_logits_loss_vjp, (&o.x, &o.unit) [true, false];
        "cross_entropy_loss": cross_entropy_loss, cross_entropy_loss_vjp, (&o.x, &o.classes) [true, false];
        "nll_loss": nll_loss, nll_loss_vjp, (&o.x, &o.classes) [true, false];
        "kl_div_loss": kl_div_loss, kl_div_loss_vjp, (&o.x, &o.unit) [true, false];
        "hinge_embedding_loss": hinge_embedding_loss, hinge_embedding_loss_vjp, (&o.x, &o.mask, 1.0) [true, false, false];
        "margin_ranking_loss": margin_ranking_loss, margin_ranking_loss_vjp, (&o.x, &o.y, &o.mask, 0.5) [true, true, false, false];
        "soft_margin_loss": soft_margin_loss, soft_margin_loss_vjp, (&o.x, &o.mask) [true, false];
        "cosine_embedding_loss": cosine_embedding_loss, cosine_embedding_loss_vjp, (&o.x, &o.y, &o.same, 0.5) [true, true, false, false];
        "triplet_margin_loss": triplet_margin_loss, triplet_margin_loss_vjp, (&o.x, &o.y, &o.unit, 1.0) [true, true, true, false];
    }
    let log_probs = Tensor::<32>::full([16, 64], -(32_f32.ln()));
    let targets = Ids::from_vec([16, 16], (0..256).map(|at| 1 + at % 31).collect());
    let (steps, labels) = ([64; 16], [16; 16]);
    let (of_both, targets_of_both) = (log_probs.clone(), targets.clone());
    cases.add(
        "ctc_loss",
        move || ctc_loss(&log_probs, &targets, &steps, &labels),
        move || ctc_loss_vjp(&of_both, &targets_of_both, &steps, &labels).1(1.0, [true, false, false, false]),
    );
}
