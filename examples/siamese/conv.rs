//! The convolutional network: one encoder for the drawings that are known, and for those that are asked about.

use tiedw::prelude::*;

/// Channels of each block.
const CHANNELS: usize = 64;

/// The numbers that stand for a drawing: four halvings leave one place of 28 by 28 pixels.
pub(crate) const CODE: usize = CHANNELS;

/// Characters of an episode.
pub(crate) const WAYS: usize = 20;

/// A convolution, its channels brought to one scale, and the larger half of it.
#[derive(Module, Clone, Debug)]
pub(crate) struct Block<const I: usize> {
    conv: Conv2d<I, CHANNELS, 3, 1, 1, Own, NoBias>,
    norm: BatchNorm<CHANNELS>,
}

#[differentiable]
impl<const I: usize> Block<I> {
    fn forward(&self, x: &Tensor<I>) -> Tensor<CHANNELS> {
        self.norm.forward(&self.conv.forward(x)).max_pool2d::<2, 2, 0>().relu()
    }

    /// As `forward`, by the statistics of the batch.
    fn by_batch(&self, x: &Tensor<I>, statistics: &mut BatchStatistics<CHANNELS>) -> Tensor<CHANNELS> {
        self.norm.by_batch(&self.conv.forward(x), statistics).max_pool2d::<2, 2, 0>().relu()
    }
}

/// From a drawing to a point.
#[derive(Module, Clone, Debug)]
pub(crate) struct Encoder {
    b1: Block<1>,
    b2: Block<CHANNELS>,
    b3: Block<CHANNELS>,
    b4: Block<CHANNELS>,
}

/// The statistics of the batches that an encoder saw, by block.
#[derive(Default)]
pub(crate) struct Statistics {
    b1: BatchStatistics<CHANNELS>,
    b2: BatchStatistics<CHANNELS>,
    b3: BatchStatistics<CHANNELS>,
    b4: BatchStatistics<CHANNELS>,
}

#[differentiable]
impl Encoder {
    pub(crate) fn forward(&self, x: &Tensor<1>) -> Tensor<CODE> {
        let x = self.b2.forward(&self.b1.forward(x));
        self.b4.forward(&self.b3.forward(&x)).global_avg_pool2d()
    }

    fn by_batch(&self, x: &Tensor<1>, statistics: &mut Statistics) -> Tensor<CODE> {
        let x = self.b1.by_batch(x, &mut statistics.b1);
        let x = self.b2.by_batch(&x, &mut statistics.b2);
        let x = self.b3.by_batch(&x, &mut statistics.b3);
        self.b4.by_batch(&x, &mut statistics.b4).global_avg_pool2d()
    }
}

impl Encoder {
    /// Brings the running statistics up to date.
    pub(crate) fn record(&mut self, statistics: &mut Statistics) {
        self.b1.norm.record(&mut statistics.b1);
        self.b2.norm.record(&mut statistics.b2);
        self.b3.norm.record(&mut statistics.b3);
        self.b4.norm.record(&mut statistics.b4);
    }
}

/// Two towers that are one: the drawings that are known go through the left, and those that are asked about through the
/// right, which borrows every weight of the left.
#[derive(Module, Clone, Debug)]
pub(crate) struct Prototypes {
    pub(crate) known: Encoder,
    #[tie(known)]
    pub(crate) asked: Tied<Encoder>,
}

#[differentiable]
impl Prototypes {
    /// Snell, Swersky and Zemel, "Prototypical networks for few-shot learning", 2017: the nearer a known drawing, by the
    /// square of the distance, the likelier is its character.
    ///
    /// Times `share`, which is what the episode counts in a step.
    ///
    /// * `known`: [WAYS, 28, 28, 1]; `asked`: [questions, 28, 28, 1], each with the number of its character in `classes`.
    pub(crate) fn loss(
        &self,
        known: &Tensor<1>,
        asked: &Tensor<1>,
        classes: &[usize],
        statistics: &mut Statistics,
        #[constant] share: f32,
    ) -> f32 {
        let known = self.known.by_batch(known, statistics);
        let asked = self.asked.by_batch(asked, statistics);
        // -|a - k|² is 2 a·k - |k|², and what is the same for all characters.
        let lengths = (&known * &known).sum_features().flatten::<WAYS>().expand([asked.rows()]);
        let scores = asked.matmul_t::<WAYS>(&known) * 2.0 - lengths;
        cross_entropy_loss(&scores, classes) * share
    }
}
