//! The convolutional network: one encoder for both the support and the query drawings.

use tiedw::prelude::*;

/// Channels of each block.
const CHANNELS: usize = 64;

/// The length of a drawing's embedding: four poolings reduce 28 by 28 pixels to one position.
pub(crate) const CODE: usize = CHANNELS;

/// Characters per episode.
pub(crate) const WAYS: usize = 20;

/// A convolution, batch norm, max pooling and ReLU.
#[derive(Module, Clone, Debug)]
pub(crate) struct Block<const I: usize> {
    conv: WithoutBias<Conv2d<I, CHANNELS, 3, 1, 1>>,
    norm: BatchNorm<CHANNELS>,
}

#[differentiable]
impl<const I: usize> Block<I> {
    fn forward(&self, x: &Tensor<I>) -> Tensor<CHANNELS> {
        self.norm.forward(&self.conv.forward(x)).max_pool2d::<2, 2, 0>().relu()
    }

    /// Like `forward`, with the statistics of the batch.
    fn by_batch(&self, x: &Tensor<I>, statistics: &mut BatchStatistics<CHANNELS>) -> Tensor<CHANNELS> {
        self.norm.by_batch(&self.conv.forward(x), statistics).max_pool2d::<2, 2, 0>().relu()
    }
}

/// Maps a drawing to an embedding.
#[derive(Module, Clone, Debug)]
pub(crate) struct Encoder {
    b1: Block<1>,
    b2: Block<CHANNELS>,
    b3: Block<CHANNELS>,
    b4: Block<CHANNELS>,
}

/// The batch statistics of an encoder, by block.
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
    /// Updates the running statistics.
    pub(crate) fn record(&mut self, statistics: &mut Statistics) {
        self.b1.norm.record(&mut statistics.b1);
        self.b2.norm.record(&mut statistics.b2);
        self.b3.norm.record(&mut statistics.b3);
        self.b4.norm.record(&mut statistics.b4);
    }
}

/// Two towers with shared weights: support drawings go through `known`, and query drawings through `asked`,
/// which borrows every weight of `known`.
#[derive(Module, Clone, Debug)]
pub(crate) struct Prototypes {
    pub(crate) known: Encoder,
    #[tie(known)]
    pub(crate) asked: Tied<Encoder>,
}

#[differentiable]
impl Prototypes {
    /// The loss of Snell, Swersky and Zemel, "Prototypical networks for few-shot learning", 2017: the softmax
    /// over the negative squared distances to the known drawings, one per character.
    ///
    /// The loss is multiplied by `share`, the weight of the episode in a step.
    ///
    /// * `known`: [WAYS, 28, 28, 1]; `asked`: [questions, 28, 28, 1], each with the index of its character in
    ///   `classes`.
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
        // -|a - k|² is 2 a·k - |k|² plus a term that is the same for all characters.
        let lengths = (&known * &known).sum_features().flatten::<WAYS>().expand([asked.rows()]);
        let scores = asked.matmul_t::<WAYS>(&known) * 2.0 - lengths;
        cross_entropy_loss(&scores, classes) * share
    }
}
