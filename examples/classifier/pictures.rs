//! The picture: the losses beside the confusion matrix.

use std::path::Path;

use picture::{Chart, Counts, Error, save_beside};

use crate::confusion::Confusion;
use crate::train::Losses;

/// Writes the picture: of the losses alone, if there is no matrix.
pub(crate) fn save(path: &Path, losses: &Losses, confusion: Option<&Confusion<'_>>) -> Result<(), Error> {
    let points = |losses: &[f32]| {
        let point = |(at, &loss): (usize, &f32)| (at as f64 + 1.0, f64::from(loss));
        losses.iter().enumerate().map(point).collect::<Vec<_>>()
    };
    let chart = Chart::new("loss of each epoch", "epoch", "cross entropy")
        .logarithmic()
        .line("train", points(&losses.train))
        .line("validation", points(&losses.validation));
    let Some(confusion) = confusion else { return chart.save(path) };
    let counts = Counts::new("validation: classes, and what they were taken for", confusion.classes)
        .counts(&confusion.counts);
    save_beside(path, &chart, &counts)
}
