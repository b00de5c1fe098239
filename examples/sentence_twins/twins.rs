//! Two towers that are one encoder.

use tiedw::prelude::*;

use crate::batch::Batch;
use crate::encoder::Encoder;

/// The lower, the more the loss looks at the nearest of the other sentences.
const TEMPERATURE: f32 = 0.05;

/// Two towers with shared weights: the right borrows every weight of the left.
#[derive(Module, Clone)]
pub(crate) struct Twins {
    pub(crate) left: Encoder,
    #[tie(left)]
    right: Tied<Encoder>,
}

impl Twins {
    pub(crate) fn new(encoder: Encoder) -> Self {
        Twins { left: encoder, right: Tied::new() }
    }
}

#[differentiable]
impl Twins {
    /// InfoNCE (van den Oord et al. 2018): each left sentence has to find its right one among those of the batch.
    pub(crate) fn loss(&self, #[constant] left: &Batch, #[constant] right: &Batch) -> f32 {
        info_nce_loss(&self.left.forward(left), &self.right.forward(right), TEMPERATURE)
    }
}
