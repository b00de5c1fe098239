//! The training drawings, and unseen drawings for evaluation.

use std::path::Path;

use drawings::{Drawing, Error, PIXELS, omniglot};
use rand::{Rng, RngExt};
use tiedw::Tensor;

use crate::scribbles;

const BATCH: usize = 64;
/// The number of batches of scribbles and of distorted drawings.
const SCRIBBLES: usize = 64;
const DISTORTED: usize = 400;
/// One of `KEPT_BACK` characters is used for evaluation.
const KEPT_BACK: usize = 10;

pub(crate) struct Data {
    pub(crate) batches: Vec<Tensor<PIXELS>>,
    pub(crate) unseen: Tensor<PIXELS>,
}

impl Data {
    /// Draws synthetic scribbles.
    pub(crate) fn scribbles(rng: &mut impl Rng) -> Self {
        let batches = (0..SCRIBBLES).map(|_| scribbles::batch(BATCH, rng)).collect();
        Data { batches, unseen: scribbles::batch(500, rng) }
    }

    /// Reads Omniglot. The characters of the unseen drawings do not occur in the batches.
    pub(crate) fn omniglot(folder: &Path, rng: &mut impl Rng) -> Result<Self, Error> {
        let characters = omniglot::background(folder)?.into_iter().flatten().enumerate();
        let (unseen, known): (Vec<_>, Vec<_>) = characters.partition(|(at, _)| at % KEPT_BACK == 0);
        let [unseen, known] = [unseen, known]
            .map(|part| part.into_iter().flat_map(|(_, drawings)| drawings).collect::<Vec<Drawing>>());
        if known.is_empty() {
            return Err(Error::Empty { path: folder.to_owned(), expected: "second character" });
        }
        println!("{} drawings to learn from, {} of other characters", known.len(), unseen.len());
        let mut batch = || {
            let distorted = |_| known[rng.random_range(0..known.len())].distorted(rng);
            tensor(&(0..BATCH).map(distorted).collect::<Vec<_>>())
        };
        let batches = (0..DISTORTED).map(|_| batch()).collect();
        Ok(Data { batches, unseen: tensor(&unseen) })
    }

    /// Returns `count` of the unseen drawings at regular intervals.
    pub(crate) fn shown(&self, count: usize) -> Tensor<PIXELS> {
        let apart = (self.unseen.rows() / count).max(1);
        let drawings = self.unseen.as_slice().chunks(PIXELS).step_by(apart).take(count);
        let pixels: Vec<f32> = drawings.flatten().copied().collect();
        Tensor::from_vec([pixels.len() / PIXELS], pixels)
    }
}

fn tensor(drawings: &[Drawing]) -> Tensor<PIXELS> {
    let pixels = drawings.iter().flat_map(|drawing| drawing.pixels()).copied().collect();
    Tensor::from_vec([drawings.len()], pixels)
}
