//! Training by Adam, in minibatches.

use tiedw::data::Batches;
use tiedw::prelude::*;

use crate::model::Classifier;

const BATCH: usize = 16;
const RATE: f64 = 3e-3;
/// Few rows are learned by heart without it.
const WEIGHT_DECAY: f64 = 1e-2;

/// Standardised rows, and the class of each.
pub(crate) struct Examples {
    pub(crate) x: Tensor<DYN>,
    pub(crate) labels: Vec<usize>,
    pub(crate) classes: Ids,
}

impl Examples {
    pub(crate) fn new(x: Tensor<DYN>, labels: Vec<usize>) -> Self {
        let classes = Ids::from_vec([labels.len()], labels.iter().map(|&label| label as u32).collect());
        Examples { x, labels, classes }
    }

    pub(crate) fn loss(&self, net: &Classifier) -> f32 {
        net.loss(&self.x, &self.classes)
    }

    /// The share of rows that the net classifies correctly.
    pub(crate) fn accuracy(&self, net: &Classifier) -> f64 {
        let found = net.classify(&self.x);
        let right = found.iter().zip(&self.labels).filter(|(found, label)| found == label).count();
        right as f64 / self.labels.len() as f64
    }
}

/// The losses after each epoch.
#[derive(Default)]
pub(crate) struct Losses {
    pub(crate) train: Vec<f32>,
    pub(crate) validation: Vec<f32>,
}

/// Trains a net, and prints now and then how it does.
pub(crate) fn train(
    net: &mut Classifier,
    train: &Examples,
    validation: &Examples,
    epochs: usize,
    seed: u64,
) -> Losses {
    let mut adam = Adam::new(RATE).weight_decay(WEIGHT_DECAY);
    let batches = Batches::new(0..train.x.rows(), BATCH).seed(seed);
    let mut losses = Losses::default();
    for epoch in 1..=epochs {
        for rows in batches.epoch(epoch as u64) {
            let (x, classes) = (train.x.index_select(0, &rows), train.classes.index_select(0, &rows));
            let (_, gradient) = net.loss_and_grad(&x, &classes);
            adam.step(net, &gradient);
        }
        losses.train.push(train.loss(net));
        losses.validation.push(validation.loss(net));
        if epoch % epochs.div_ceil(10) == 0 || epoch == epochs {
            println!(
                "epoch {epoch}: train loss {:.4}, accuracy {:.3}; validation loss {:.4}, accuracy {:.3}",
                losses.train[epoch - 1],
                train.accuracy(net),
                losses.validation[epoch - 1],
                validation.accuracy(net)
            );
        }
    }
    losses
}
