//! Losses.

use tiedw::prelude::*;

/// The focal loss, which counts what is already classified well less: (1 - p)^gamma * -ln(p).
#[differentiable]
pub fn focal_loss<const C: usize, E: Element>(logits: &Tensor<C, E>, classes: &Ids, gamma: i32) -> E {
    let loss = cross_entropy_loss(logits, classes);
    (E::ONE - (-loss).exp()).powi(gamma) * loss
}

/// The mean distance of consecutive tensors of a list.
#[differentiable]
pub fn roughness<const F: usize, E: Element>(list: &[Tensor<F, E>]) -> E {
    let mut sum = E::ZERO;
    for pair in list.windows(2) {
        sum += mse_loss(&pair[0], &pair[1]);
    }
    sum
}
