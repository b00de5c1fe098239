//! The pictures: the loss curve, and the shared embedding of each digit.

use std::path::Path;

use picture::{Chart, Embedding, Error};

use crate::model::{Shared, WIDTH};

/// Writes `loss.svg` and `embedding.svg`.
pub(crate) fn draw(folder: &Path, losses: &[f32], shared: &Shared) -> Result<(), Error> {
    Chart::new("loss of sorting digits", "step", "nats per digit")
        .logarithmic()
        .losses("loss", losses)
        .save(&folder.join("loss.svg"))?;

    let mut picture = Embedding::new("the shared embedding of the digits", WIDTH);
    for (digit, vector) in shared.weight.as_slice().chunks(WIDTH).take(10).enumerate() {
        picture = picture.text(vector, digit.to_string());
    }
    picture.save(&folder.join("embedding.svg"))
}
