//! The linear network: one encoder of two layers for both sides of a pair.

use drawings::PIXELS;
use tiedw::prelude::*;

/// The length of a drawing's embedding.
pub(crate) const CODE: usize = 128;

/// The distance beyond which different drawings are no longer pushed apart.
const MARGIN: f32 = 1.0;

/// Maps a drawing to an embedding, such that drawings of the same character are close together.
#[derive(Module, Clone, Debug)]
pub(crate) struct Encoder {
    fc1: Linear<PIXELS, 512>,
    fc2: Linear<512, CODE>,
}

#[differentiable]
impl Encoder {
    pub(crate) fn forward(&self, x: &Tensor<PIXELS>) -> Tensor<CODE> {
        let hidden = self.fc1.forward(x).relu();
        self.fc2.forward(&hidden)
    }
}

/// Two towers with shared weights: the right borrows every weight of the left.
#[derive(Module, Clone, Debug)]
pub(crate) struct Siamese {
    pub(crate) left: Encoder,
    #[tie(left)]
    pub(crate) right: Tied<Encoder>,
}

#[differentiable]
impl Siamese {
    /// The contrastive loss of Hadsell, Chopra and LeCun (2006), which pulls pairs of the same character
    /// together and pushes others apart.
    pub(crate) fn loss(&self, a: &Tensor<PIXELS>, b: &Tensor<PIXELS>, same: &[bool]) -> f32 {
        contrastive_loss(&self.left.forward(a), &self.right.forward(b), same, MARGIN)
    }
}
