//! The plain network: one encoder of two layers, on both sides of a pair.

use drawings::PIXELS;
use tiedw::prelude::*;

/// The numbers that stand for a drawing.
pub(crate) const CODE: usize = 128;

/// Drawings this far apart are no longer pushed.
const MARGIN: f32 = 1.0;

/// From a drawing to a point: drawings of one character come to lie close together.
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

/// Two towers that are one: the right borrows every weight of the left.
#[derive(Module, Clone, Debug)]
pub(crate) struct Siamese {
    pub(crate) left: Encoder,
    #[tie(left)]
    pub(crate) right: Tied<Encoder>,
}

#[differentiable]
impl Siamese {
    /// Hadsell, Chopra and LeCun (2006): pairs of one character attract, others push each other off.
    pub(crate) fn loss(&self, a: &Tensor<PIXELS>, b: &Tensor<PIXELS>, same: &[bool]) -> f32 {
        contrastive_loss(&self.left.forward(a), &self.right.forward(b), same, MARGIN)
    }
}
